package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.heap.Block;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The floor of a queue: slots with a number that says whose turn it is, for one sender and one receiver, who is lost if
 * either dies. Each message is copied in, and read where it lies.
 */
final class RingTransport implements Transport {
    @Override
    public String title() {
        return "bare ring";
    }

    @Override
    public boolean carries(int size) {
        return true;
    }

    @Override
    public Link open(End end) {
        Region region = Region.attach(end.region(), "shm bench");
        long slot = (Shared.LINE + (long) end.size() + Shared.LINE - 1) & -Shared.LINE;
        long ring = slot * end.depth();
        Block block = Shared.block(region, end, 2 * ring);
        long there = end.isFirst() ? 0 : ring;
        return new Ring(region, block, end, slot, there, ring - there);
    }

    private static final class Ring implements Link {
        private final Region region;
        private final Block block;
        private final int size;
        private final int mask;
        private final long slot;
        private final long there;
        private final long back;
        private final ByteBuffer message;
        private long sent;
        private long received;

        Ring(Region region, Block block, End end, long slot, long there, long back) {
            this.region = region;
            this.block = block;
            this.size = end.size();
            this.mask = end.depth() - 1;
            this.slot = slot;
            this.there = there;
            this.back = back;
            this.message = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** A slot's turn is twice the lap, and one more while it holds a message. */
        @Override
        public void send(long value) {
            long at = there + (sent & mask) * slot;
            long turn = sent / (mask + 1) * 2;
            while (block.getLongAcquire(at) != turn) {
                Thread.onSpinWait();
            }
            for (int page = 0; page < size; page += End.PAGE) {
                message.putLong(page, value);
            }
            block.putBytes(at + Long.BYTES, message.array(), 0, size);
            block.putLongRelease(at, turn + 1);
            sent++;
        }

        @Override
        public long receive() {
            long at = back + (received & mask) * slot;
            long turn = received / (mask + 1) * 2;
            while (block.getLongAcquire(at) != turn + 1) {
                Thread.onSpinWait();
            }
            long value = block.getLong(at + Long.BYTES);
            long differences = 0;
            for (int page = End.PAGE; page < size; page += End.PAGE) {
                differences |= block.getLong(at + Long.BYTES + page) ^ value;
            }
            End.checkPages(differences);
            block.putLongRelease(at, turn + 2);
            received++;
            return value;
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
