package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.HeapFixture;
import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.memory.ForwardingMemory;
import org.junit.jupiter.api.Test;

/** What a scan makes of handles that anybody may have made up. */
class LedgerScanTest {
    private final HeapFixture fixture = new HeapFixture(1 << 20);

    @Test
    void noHandleLeadsOutOfTheSlabThatItNames() {
        long[] last = new long[1];
        LedgerScan scan = new LedgerScan(
                new ForwardingMemory(fixture.memory) {
                    @Override
                    public long getLong(long offset) {
                        last[0] = Math.max(last[0], offset + 8);
                        return super.getLong(offset);
                    }

                    @Override
                    public long getLongAcquire(long offset) {
                        last[0] = Math.max(last[0], offset + 8);
                        return super.getLongAcquire(offset);
                    }
                },
                fixture.map);
        for (int slab = 0; slab < scan.slabCount(); slab++) {
            for (int index = 0; index < Geometry.MAX_BLOCKS; index++) {
                last[0] = 0;
                assertThat(scan.blockOrRemains(Handle.pack(slab, index, 7))).isNull();
                assertThat(last[0]).isLessThanOrEqualTo(fixture.map.slabAt(slab) + Geometry.SLAB_BYTES);
            }
        }
    }
}
