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

    /** ACTIVE(P) → DETACHED(P), by a sender that does not wait for P. Dies after: its bits are taken out as the ring comes round. */
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

    private static long same(SubscriptionState state, long word) {
        return StateWord.pack(state.code(), StateWord.owner(word), StateWord.generation(word));
    }

    private SubscriptionStates() {}
}
