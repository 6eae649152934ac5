package io.shm.channel;

import java.util.concurrent.TimeUnit;

/** How a thread of one participant waits between two looks, as a strategy says. Threads: safe. */
final class Waiting {
    private final WaitStrategy strategy;
    private final int owner;
    private final String what;

    /** @param what it waits on, for messages */
    Waiting(WaitStrategy strategy, int owner, String what) {
        this.strategy = strategy;
        this.owner = owner;
        this.what = what;
    }

    /** The {@code System.nanoTime} of the end; far away for a timeout that is longer than a process lives. */
    static long deadline(long timeout, TimeUnit unit) {
        return System.nanoTime() + Math.min(unit.toNanos(timeout), Long.MAX_VALUE / 2);
    }

    /** To be called before the look that may be followed by a sleep. */
    void announce(Signal signal, int round) {
        if (strategy == WaitStrategy.BLOCKING && pauses(round)) {
            signal.announce(owner);
        }
    }

    /** Whether a round ends with more than a spin or a yield. */
    boolean pauses(int round) {
        return !strategy.spins(round) && !strategy.yields(round);
    }

    /** Whether a round is one in which to look at what costs more than a word. */
    boolean looksAround(int round) {
        return (round & 63) == 63 || !strategy.spins(round);
    }

    /** Between two looks; false where the time is over. */
    boolean goesOn(Signal signal, int round, long deadline) throws InterruptedException {
        boolean spins = strategy.spins(round);
        if (spins && (round & 63) != 63) {
            Thread.onSpinWait();
            return true;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("while waiting on " + what);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        if (spins) {
            Thread.onSpinWait();
        } else if (strategy.yields(round)) {
            Thread.yield();
        } else if (strategy == WaitStrategy.BLOCKING) {
            signal.sleep(owner, left);
        } else {
            Signal.pause(strategy.sleeps(round), left);
        }
        return true;
    }
}
