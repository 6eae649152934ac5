package io.shm.channel;

/**
 * How a thread waits for a message, or for room: what it costs the processor against how soon it goes on.
 *
 * <p>Whoever wakes others does so only for those that sleep in the kernel, so all strategies work with each other.
 */
public enum WaitStrategy {
    /** Looks again at once, for ever: the soonest, for a thread with a processor of its own. */
    BUSY_SPIN(Integer.MAX_VALUE, 0),
    /** Spins some microseconds, then lets other threads run between two looks. */
    YIELDING(200, Integer.MAX_VALUE),
    /** Spins, yields, then pauses from 1 microsecond up to 1 millisecond between two looks. */
    BACKOFF(200, 100),
    /**
     * Spins, yields, then sleeps in the kernel until it is woken (futex); without JNA as {@link #BACKOFF}. Looks again every
     * 50 milliseconds, so a waker that dies before it wakes costs no more than that.
     */
    BLOCKING(200, 20);

    private final int spins;
    private final int yields;

    WaitStrategy(int spins, int yields) {
        this.spins = spins;
        this.yields = yields;
    }

    boolean spins(int round) {
        return round < spins;
    }

    boolean yields(int round) {
        return !spins(round) && round - spins < yields;
    }

    /** How often it has slept before. */
    int sleeps(int round) {
        return round - spins - yields;
    }
}
