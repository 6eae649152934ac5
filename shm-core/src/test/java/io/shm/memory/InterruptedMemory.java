package io.shm.memory;

import io.shm.ladder.Ladder;

/**
 * Memory whose process is stopped once, before its n-th write, while others run from start to end: a fixed interleaving
 * of two programs, without threads.
 */
public final class InterruptedMemory extends WatchedMemory {
    private final long at;
    private final Runnable others;
    private long writes;
    private boolean within;

    /**
     * Writes through to another memory.
     *
     * @param at number of the write before which the others run, from 1
     */
    public InterruptedMemory(SharedMemory inner, long at, Runnable others) {
        super(inner);
        this.at = at;
        this.others = others;
    }

    /** Whether there was a write of that number. */
    public boolean happened() {
        return writes >= at;
    }

    @Override
    protected void beforeWrite(long offset) {
        beforeAny(offset);
    }

    /** Counts a write that was made through another view. */
    public void beforeAny(long offset) {
        if (within) {
            return;
        }
        writes++;
        if (writes == at) {
            within = true;
            Ladder.stopped();
            try {
                others.run();
            } finally {
                within = false;
            }
        }
    }
}
