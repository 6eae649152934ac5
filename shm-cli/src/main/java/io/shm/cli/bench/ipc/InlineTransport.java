package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.channel.Channel;
import io.shm.channel.ChannelOptions;
import io.shm.channel.Message;
import io.shm.channel.MessageHandler;
import io.shm.channel.MessageWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Messages that lie in a channel itself. */
final class InlineTransport implements Transport {
    private final boolean oneToOne;

    /** @param oneToOne whether the channels have one sender and one receiver */
    InlineTransport(boolean oneToOne) {
        this.oneToOne = oneToOne;
    }

    @Override
    public String title() {
        return oneToOne ? "shm one to one" : "shm inline";
    }

    @Override
    public boolean carries(int size) {
        return size <= Channel.INLINE_BYTES;
    }

    @Override
    public Link open(End end) {
        Region region = Region.attach(end.region(), "shm bench");
        String name = end.folder().getFileName().toString();
        ChannelOptions depth = ChannelOptions.capacity(end.depth());
        ChannelOptions options = oneToOne ? depth.oneSender().oneReceiver() : depth;
        return new Inline(
                region,
                region.channel(name + "-" + end.direction(true), options),
                region.channel(name + "-" + end.direction(false), options),
                end.size());
    }

    private static final class Inline implements Link, MessageWriter, MessageHandler {
        private final Region region;
        private final Channel there;
        private final Channel back;
        private final ByteBuffer message;
        private final int size;
        private long received;

        Inline(Region region, Channel there, Channel back, int size) {
            this.region = region;
            this.there = there;
            this.back = back;
            this.size = size;
            this.message = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void send(long value) {
            message.putLong(0, value);
            while (!there.offer(size, this)) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void write(Message slot) {
            slot.putBytes(0, message.array(), 0, size);
        }

        @Override
        public long receive() {
            while (!back.poll(this)) {
                Thread.onSpinWait();
            }
            return received;
        }

        @Override
        public void onMessage(Message slot) {
            received = slot.getLong(0);
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
