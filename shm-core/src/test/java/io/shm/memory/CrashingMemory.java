package io.shm.memory;

import io.shm.ladder.Ladder;

/**
 * Memory whose process dies before its n-th write, and before every write after that.
 *
 * <p>A crash test runs an operation with n = 1, 2, … until it finishes, and looks at what each death leaves.
 */
public final class CrashingMemory extends WatchedMemory {
    private final long dieBefore;
    private long writes;

    /**
     * Writes through to another memory until the end.
     *
     * @param dieBefore number of the write that does not happen, from 1; {@link Long#MAX_VALUE} just counts
     */
    public CrashingMemory(SharedMemory inner, long dieBefore) {
        super(inner);
        this.dieBefore = dieBefore;
    }

    /** Writes begun so far. */
    public long writes() {
        return writes;
    }

    @Override
    protected void beforeWrite(long offset) {
        writes++;
        if (writes >= dieBefore) {
            throw new Crash(dieBefore, offset);
        }
    }

    /** The process is dead: nothing may catch this but the test. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(long write, long offset) {
            super("died before write " + write + " at offset=" + offset, null, false, false);
            Ladder.died();
        }
    }
}
