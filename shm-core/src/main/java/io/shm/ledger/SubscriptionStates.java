package io.shm.ledger;

import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;

/**
 * The state machine of a subscription. Its word is packed as a {@link StateWord}, with the number of its use in place of a
 * generation.
 *
 * <pre>
 *   FREE(n) ---> ACTIVE(P,n) ---> LEAVING(P,n) ---> FREE(n+1)
 *                    |                 ^
 *                    `---> DETACHED(P) ´
 * </pre>
 *
 * Threads and processes: each arrow is one CAS from the exact word seen; false means that the word had changed.
 */
public final class SubscriptionStates {
    private static final int USE_SHIFT = 40;
    private static final long USE_MASK = (1L << (Long.SIZE - USE_SHIFT)) - 1;
    private static final long MOST_MISSED = (1L << USE_SHIFT) - 1;

    /** The state of a word; null for one that there is not. */
    public static SubscriptionState of(long word) {
        SubscriptionState state = StateWord.isValid(word) ? SubscriptionState.of(StateWord.state(word)) : null;
        return state == null || (StateWord.owner(word) != 0) != (state != SubscriptionState.FREE) ? null : state;
    }

    /** The word of one that was never used. */
    public static long unused() {
        return StateWord.pack(SubscriptionState.FREE.code(), 0, 1);
    }

    /** FREE → ACTIVE(P), by anyone. Dies after: whoever reclaims P makes it LEAVING. */
    public static boolean subscribe(SharedMemory memory, long at, long free, int owner) {
        return memory.compareAndSetLong(at, free, active(free, owner));
    }

    /** The word that {@link #subscribe} leaves. */
    public static long active(long free, int owner) {
        return StateWord.pack(SubscriptionState.ACTIVE.code(), owner, StateWord.generation(free));
    }

    /** ACTIVE(P) → DETACHED(P), by a sender that does not wait for P. Dies after: its bits go as the ring comes round. */
    public static boolean detach(SharedMemory memory, long at, long active) {
        return memory.compareAndSetLong(at, active, same(SubscriptionState.DETACHED, active));
    }

    /** ACTIVE(P), DETACHED(P) → LEAVING(P), by P or whoever reclaims it. Dies after: whoever reclaims goes on. */
    public static boolean leave(SharedMemory memory, long at, long word) {
        return memory.compareAndSetLong(at, word, same(SubscriptionState.LEAVING, word));
    }

    /** LEAVING(P) → FREE, by P or whoever reclaims it, once its bits are out. Dies after: nothing is left to do. */
    public static boolean free(SharedMemory memory, long at, long leaving) {
        return memory.compareAndSetLong(
                at, leaving, StateWord.pack(SubscriptionState.FREE.code(), 0, StateWord.generation(leaving) + 1));
    }

    /**
     * Counts a message that a subscription has missed. The figure has the number of the use, so that nothing is counted for one
     * that comes in its place. Dies before: it is not counted.
     *
     * @param at of the figure
     * @param word of the subscription that missed it
     */
    public static void countMissed(SharedMemory memory, long at, long word) {
        long use = StateWord.generation(word) & USE_MASK;
        while (true) {
            long figure = memory.getLongAcquire(at);
            long later = ((figure >>> USE_SHIFT) - use) & USE_MASK;
            long count = later == 0 ? figure & MOST_MISSED : 0;
            if ((later != 0 && later <= USE_MASK >>> 1) || count == MOST_MISSED) {
                return;
            }
            if (memory.compareAndSetLong(at, figure, (use << USE_SHIFT) | (count + 1))) {
                return;
            }
        }
    }

    /** What a figure of {@link #countMissed} says of the subscription with a word. */
    public static long missed(long figure, long word) {
        return figure >>> USE_SHIFT == (StateWord.generation(word) & USE_MASK) ? figure & MOST_MISSED : 0;
    }

    private static long same(SubscriptionState state, long word) {
        return StateWord.pack(state.code(), StateWord.owner(word), StateWord.generation(word));
    }

    private SubscriptionStates() {}
}
