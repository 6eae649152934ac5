package io.shm.memory;

import io.shm.ladder.Ladder;
import java.util.function.LongPredicate;

/** As {@link InterruptedMemory}, but others run right after the n-th read of words that a test chooses. */
public final class InterruptedReads extends SharedMemory {
    private final LongPredicate counts;
    private final Runnable others;
    private long left;
    private boolean armed;
    private boolean within;

    /**
     * Reads through to another memory.
     *
     * @param at number of the read after which the others run, from 1
     * @param counts whether a read at an offset counts
     */
    public InterruptedReads(SharedMemory inner, long at, LongPredicate counts, Runnable others) {
        super(inner);
        this.left = at;
        this.counts = counts;
        this.others = others;
    }

    /** From now on reads count. */
    public InterruptedReads arm() {
        armed = true;
        return this;
    }

    /** Whether there was a read of that number. */
    public boolean happened() {
        return left <= 0;
    }

    @Override
    public long getLong(long offset) {
        return seen(offset, super.getLong(offset));
    }

    @Override
    public long getLongAcquire(long offset) {
        return seen(offset, super.getLongAcquire(offset));
    }

    private long seen(long offset, long value) {
        if (armed && !within && left > 0 && counts.test(offset) && --left == 0) {
            within = true;
            Ladder.stopped();
            others.run();
            within = false;
        }
        return value;
    }
}
