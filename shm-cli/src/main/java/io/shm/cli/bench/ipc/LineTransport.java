package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.heap.Block;
import java.util.EnumSet;
import java.util.Set;

/** The floor of a round trip: one word for each direction, which says what was sent last. Nothing can wait in it. */
final class LineTransport implements Transport {
    @Override
    public String title() {
        return "cache line";
    }

    @Override
    public boolean carries(int size) {
        return size == Long.BYTES;
    }

    @Override
    public Set<Measurement> measurements() {
        return EnumSet.of(Measurement.ROUND_TRIP);
    }

    @Override
    public Link open(End end) {
        Region region = Region.attach(end.region(), "shm bench");
        Block block = Shared.block(region, end, 4 * Shared.LINE);
        int there = end.isFirst() ? Shared.LINE : 3 * Shared.LINE;
        int back = end.isFirst() ? 3 * Shared.LINE : Shared.LINE;
        return new Link() {
            private long seen;

            @Override
            public void send(long value) {
                block.putLongRelease(there, value);
            }

            @Override
            public long receive() {
                long value = block.getLongAcquire(back);
                while (value == seen) {
                    Thread.onSpinWait();
                    value = block.getLongAcquire(back);
                }
                seen = value;
                return value;
            }

            @Override
            public void close() {
                region.close();
            }
        };
    }
}
