package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.channel.Broadcast;
import io.shm.channel.Message;
import io.shm.channel.MessageHandler;
import io.shm.channel.MessageWriter;
import io.shm.channel.Subscription;
import io.shm.channel.WaitStrategy;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * A broadcast for each direction, with one subscription each; its sender waits for who is behind. A large message is a
 * block, which is read where it lies.
 */
final class BroadcastTransport implements Transport {
    private static final Site SITE = Site.here();

    @Override
    public String title() {
        return "shm broadcast";
    }

    @Override
    public boolean carries(int size) {
        return size >= Long.BYTES;
    }

    @Override
    public Link open(End end) {
        Region region = Region.attach(end.region(), "shm bench");
        String name = end.folder().getFileName().toString();
        Broadcast there = region.broadcast(name + "-" + end.direction(true), end.depth());
        Broadcast back = region.broadcast(name + "-" + end.direction(false), end.depth());
        Subscription subscription = back.waiting(WaitStrategy.BUSY_SPIN).subscribe();
        // What is sent to nobody is gone.
        while (there.subscribers() == 0) {
            Thread.onSpinWait();
        }
        return new Ends(region, there.waiting(WaitStrategy.BUSY_SPIN), subscription, end.size());
    }

    private static final class Ends implements Link, MessageWriter, MessageHandler {
        private final Region region;
        private final Broadcast there;
        private final Subscription back;
        private final int size;
        private final ByteBuffer message;
        private long received;

        Ends(Region region, Broadcast there, Subscription back, int size) {
            this.region = region;
            this.there = there;
            this.back = back;
            this.size = size;
            this.message =
                    ByteBuffer.allocate(Math.min(size, Broadcast.INLINE_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void send(long value) throws IOException {
            try {
                if (size <= Broadcast.INLINE_BYTES) {
                    message.putLong(0, value);
                    there.send(size, this, 1, TimeUnit.HOURS);
                } else {
                    there.send(block(value), 1, TimeUnit.HOURS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException().initCause(e);
            }
        }

        private Block block(long value) {
            Block block = region.tryAllocate(size, Tag.GENERAL, SITE);
            while (block == null) {
                // The receiver has not freed what was sent before.
                Thread.onSpinWait();
                block = region.tryAllocate(size, Tag.GENERAL, SITE);
            }
            for (int page = 0; page < size; page += End.PAGE) {
                block.putLong(page, value);
            }
            return block;
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
        public void onMessage(Message read) {
            received = read.getLong(0);
            long differences = 0;
            for (int page = End.PAGE; page < size; page += End.PAGE) {
                differences |= read.getLong(page) ^ received;
            }
            End.checkPages(differences);
        }

        @Override
        public void close() {
            back.close();
            region.close();
        }
    }
}
