package io.shm.examples.parentchild;

import io.shm.Region;
import io.shm.heap.Block;
import java.util.function.BooleanSupplier;

/** A block with two places, in which two processes leave each other the handle of a block. */
record Mailbox(Region region, Block block) {
    static final int BYTES = 16;
    static final int TO_CHILD = 0;
    static final int TO_PARENT = 8;

    static Mailbox empty(Region region, Block block) {
        block.fill((byte) 0); // a new block holds anything; no handle is 0
        return new Mailbox(region, block);
    }

    /** Everything written to the block before is seen by who gets it: pairs with the acquire in {@link #await}. */
    void put(int place, Block sent) {
        block.putLongRelease(place, sent.handle());
    }

    /**
     * The block that the other process put there; null if the condition ends first. Looks for it a thousand times a second:
     * a store to a block wakes nobody. Who wants to be woken takes a {@link Region#channel channel}.
     */
    Block await(int place, BooleanSupplier condition) throws InterruptedException {
        long handle;
        while ((handle = block.getLongAcquire(place)) == 0) {
            if (!condition.getAsBoolean()) {
                return null;
            }
            Thread.sleep(1);
        }
        return region.resolve(handle);
    }
}
