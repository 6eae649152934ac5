package io.shm.cli.bench.ipc.peers;

import io.shm.cli.bench.ipc.End;
import io.shm.cli.bench.ipc.Link;
import io.shm.cli.bench.ipc.Transport;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's many-to-one ring buffer over mapped files, one for each direction. */
public final class AgronaTransport implements Transport {
    @Override
    public String title() {
        return "agrona ring";
    }

    @Override
    public boolean carries(int size) {
        return size > Long.BYTES;
    }

    @Override
    public Link open(End end) throws IOException {
        Path there = end.folder().resolve("ring-there");
        Path back = end.folder().resolve("ring-back");
        if (end.isFirst()) {
            // A message may be an eighth of the ring.
            int capacity = Integer.highestOneBit(Math.max(1 << 17, end.size() * 16));
            for (Path file : new Path[] {there, back}) {
                IoUtil.unmap(IoUtil.mapNewFile(file.toFile(), capacity + RingBufferDescriptor.TRAILER_LENGTH));
            }
            Files.createFile(end.folder().resolve("rings"));
        }
        while (!Files.exists(end.folder().resolve("rings"))) {
            Thread.yield();
        }
        return new Ends(ring(end.isFirst() ? there : back), ring(end.isFirst() ? back : there), end.size());
    }

    private static RingBuffer ring(Path file) {
        MappedByteBuffer bytes = IoUtil.mapExistingFile(file.toFile(), "ring");
        return new ManyToOneRingBuffer(new UnsafeBuffer(bytes));
    }

    private static final class Ends implements Link {
        private final RingBuffer out;
        private final RingBuffer in;
        private final UnsafeBuffer message;
        private final int size;
        private long received;
        private final MessageHandler handler = (type, buffer, offset, length) -> {
            received = buffer.getLong(offset);
            long differences = 0;
            for (int page = End.PAGE; page < length; page += End.PAGE) {
                differences |= buffer.getLong(offset + page) ^ received;
            }
            End.checkPages(differences);
        };

        Ends(RingBuffer out, RingBuffer in, int size) {
            this.out = out;
            this.in = in;
            this.size = size;
            this.message = new UnsafeBuffer(new byte[size]);
        }

        @Override
        public void send(long value) {
            for (int page = 0; page < size; page += End.PAGE) {
                message.putLong(page, value);
            }
            while (!out.write(1, message, 0, size)) {
                Thread.onSpinWait();
            }
        }

        @Override
        public long receive() {
            while (in.read(handler, 1) == 0) {
                Thread.onSpinWait();
            }
            return received;
        }

        @Override
        public void close() {
            IoUtil.unmap(out.buffer().byteBuffer());
            IoUtil.unmap(in.buffer().byteBuffer());
        }
    }
}
