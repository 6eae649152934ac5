package io.shm.cli.bench.ipc.peers;

import io.shm.cli.bench.ipc.End;
import io.shm.cli.bench.ipc.Link;
import io.shm.cli.bench.ipc.Transport;
import net.openhft.chronicle.bytes.BytesIn;
import net.openhft.chronicle.bytes.BytesOut;
import net.openhft.chronicle.bytes.ReadBytesMarshallable;
import net.openhft.chronicle.bytes.WriteBytesMarshallable;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** Chronicle Queue: a journal for each direction, in the same folder as all the rest. It keeps all that was sent. */
public final class QueueTransport implements Transport {
    @Override
    public String title() {
        return "chronicle queue";
    }

    /** Of large ones it would fill the memory. */
    @Override
    public boolean carries(int size) {
        return size > Long.BYTES && size < 1 << 20;
    }

    @Override
    public Link open(End end) {
        return new Ends(end);
    }

    private static final class Ends implements Link {
        private final ChronicleQueue there;
        private final ChronicleQueue back;
        private final ExcerptAppender out;
        private final ExcerptTailer in;
        private final byte[] message;
        private long value;
        private final WriteBytesMarshallable writer;
        private final ReadBytesMarshallable reader;

        Ends(End end) {
            this.there = queue(end, end.isFirst() ? "queue-there" : "queue-back");
            this.back = queue(end, end.isFirst() ? "queue-back" : "queue-there");
            this.out = there.createAppender();
            this.in = back.createTailer();
            this.message = new byte[end.size() - Long.BYTES];
            this.writer = this::write;
            this.reader = this::read;
        }

        private static ChronicleQueue queue(End end, String name) {
            return SingleChronicleQueueBuilder.binary(end.folder().resolve(name))
                    .build();
        }

        private void write(BytesOut<?> bytes) {
            bytes.writeLong(value).write(message);
        }

        private void read(BytesIn<?> bytes) {
            value = bytes.readLong();
        }

        @Override
        public void send(long next) {
            value = next;
            out.writeBytes(writer);
        }

        @Override
        public long receive() {
            while (!in.readBytes(reader)) {
                Thread.onSpinWait();
            }
            return value;
        }

        @Override
        public void close() {
            there.close();
            back.close();
        }
    }
}
