package io.shm.cell;

import io.shm.heap.Block;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This process's hold of a shared block: as long as one is open, anywhere, the block stays.
 *
 * <p>Threads: safe. Processes: each has its own. A crash ends the holds of the dead one when it is reaped.
 */
public final class Hold implements AutoCloseable {
    private final CellSpace space;
    private final Block block;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Hold(CellSpace space, Block block) {
        this.space = space;
        this.block = block;
    }

    /** The block, for reading, and for writing as far as its holders agree. It cannot be freed by hand. */
    public Block block() {
        return block;
    }

    /** Ends the hold; the last one to end, with the block out of its cell, frees the block. Idempotent. */
    @Override
    public void close() {
        try {
            if (open.compareAndSet(true, false) && !space.heap().isClosed()) {
                space.holds()
                        .release(
                                block.handle(),
                                space.heap().recordAt(block),
                                space.heap().word(block));
            }
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    @Override
    public String toString() {
        return "Hold[" + block + (open.get() ? "]" : ", ended]");
    }
}
