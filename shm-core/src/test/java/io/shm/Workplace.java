package io.shm;

import io.shm.cell.CellArray;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;

/** A region as the programs of the ladder use it: the whole of it, or its parts on a memory of a test's own. */
interface Workplace {
    /** Null where there is no room. */
    Block tryAllocate(BlockSpec spec);

    Slot root(String name);

    CellArray array(String name, int length);

    /** A cell of a block. */
    Slot slot(Block block, long offset);

    /** To this participant itself: the target is alive as long as who offers is. */
    long offer(Block block);

    Block accept(long handle);

    Block withdraw(long handle);

    void reapDead();

    static Workplace of(Region region) {
        return new Workplace() {
            @Override
            public Block tryAllocate(BlockSpec spec) {
                return region.tryAllocate(spec);
            }

            @Override
            public Slot root(String name) {
                return region.root(name);
            }

            @Override
            public CellArray array(String name, int length) {
                return region.array(name, length);
            }

            @Override
            public Slot slot(Block block, long offset) {
                return region.slot(block, offset);
            }

            @Override
            public long offer(Block block) {
                return region.offer(block, region.participation(), Site.UNKNOWN);
            }

            @Override
            public Block accept(long handle) {
                return region.accept(handle);
            }

            @Override
            public Block withdraw(long handle) {
                return region.withdraw(handle);
            }

            @Override
            public void reapDead() {
                region.reapDead();
            }
        };
    }
}
