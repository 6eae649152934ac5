package io.shm.channel;

import io.shm.memory.Posix;
import io.shm.memory.SharedMemory;
import java.util.concurrent.locks.LockSupport;

/**
 * A word of the region on which threads of any process sleep. It names one of those that do, or is 0.
 *
 * <p>Who wants to sleep writes its number, then looks once more for what it waits for, then sleeps as long as the word is
 * the same. Who has something for it does that first, then looks at the word, and if it names somebody clears it and wakes
 * all. So either the sleeper sees the thing, or the waker sees the sleeper. A dead sleeper costs one wake-up for nothing. A
 * waker that dies or is stopped in between costs the sleepers the rest of their time, which is bounded: they look again.
 *
 * <p>What the waker did must be there for all before it looks at the word. After a CAS it is. Where wakers only store,
 * waiting for that would cost each of them more than the store: so whoever is about to sleep makes all processors pass a
 * barrier instead, an asymmetric Dekker lock (membarrier(2), global expedited). A process that cannot wait so sleeps briefly,
 * and one whose kernel cannot interrupt it for that waits at each wake.
 */
final class Signal {
    /** A sleeper looks again after so long, nanoseconds. */
    static final long LONGEST_SLEEP = 50_000_000L;

    private static final long SHORTEST_PAUSE = 1_000;
    private static final long LONGEST_PAUSE = 1_000_000;

    private final SharedMemory memory;
    private final long at;
    private final boolean afterStores;

    Signal(SharedMemory memory, long at) {
        this(memory, at, false);
    }

    /** @param afterStores whether wakers may have done what they wake for by a store, rather than a CAS */
    Signal(SharedMemory memory, long at, boolean afterStores) {
        this.memory = memory;
        this.at = at;
        this.afterStores = afterStores;
    }

    /** Says that a participant is about to sleep; it must look once more before it does. */
    void announce(int owner) {
        // Volatile: the look that follows must not come before. Pairs with the CAS before wake's read.
        memory.putLongVolatile(at, owner);
        if (afterStores) {
            Posix.barrierInAllProcesses();
        }
    }

    /** Sleeps, if nobody has woken the others since {@link #announce}. */
    void sleep(int owner, long nanos) {
        if (Posix.isAvailable()) {
            long longest = afterStores && !Posix.hasBarrierInAllProcesses() ? LONGEST_PAUSE : LONGEST_SLEEP;
            Posix.futexWait(memory.addressOf(at, 8), owner, Math.min(nanos, longest));
        } else {
            LockSupport.parkNanos(Math.min(nanos, LONGEST_PAUSE));
        }
    }

    /** Pauses for longer and longer. */
    static void pause(int sleeps, long nanos) {
        LockSupport.parkNanos(Math.min(nanos, Math.min(LONGEST_PAUSE, SHORTEST_PAUSE << Math.min(sleeps, 10))));
    }

    /** After something was done that others may sleep for. Dies before: they look again in time. */
    void wake() {
        if (afterStores && !Posix.hasBarrierInAllProcesses()) {
            SharedMemory.fullFence();
        }
        if (memory.getLongVolatile(at) != 0) {
            memory.putLongVolatile(at, 0);
            if (Posix.isAvailable()) {
                Posix.futexWake(memory.addressOf(at, 8));
            }
        }
    }
}
