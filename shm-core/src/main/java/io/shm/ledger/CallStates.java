package io.shm.ledger;

import io.shm.layout.CallLayout;
import io.shm.layout.CallWord;
import io.shm.memory.SharedMemory;
import java.util.function.LongConsumer;

/**
 * The state machine of a call. One word decides which of reply, death and deadline is the answer, so there is exactly one.
 *
 * <pre>
 *              claim              ask              take                 reply
 *   FREE(n) ----------> CLAIM(P) -----> ASKED(P) -------> TAKEN(P,Q) ----------> REPLIED(P)
 *      ^                   |  ^------------'  ^             | | | |     fail
 *      |       free        |     withdraw     |    again    | | | `------------> FAILED(P)
 *      |&lt;------------------'                  `-------------' | |       died
 *      |                                        (Q is dead)   | `--------------> DIED(P)
 *      |&lt;---------------------------- ABANDONED(Q) &lt;-----------'   (Q is dead)
 *      |                                          abandon
 *      `&lt;---- REPLIED(P), FAILED(P), DIED(P)
 * </pre>
 *
 * P is the requester, Q the server. Cells and payloads of the entry are those of one participant at a time: P's in CLAIM,
 * REPLIED, FAILED and DIED, Q's in TAKEN and ABANDONED, nobody's in ASKED and FREE. Who makes an entry free has emptied its
 * cells before. The request's block lies in its cell until then, unless the server takes it out: so it is there for another server
 * if this one dies.
 *
 * <p>Threads and processes: each arrow is one CAS from the exact word seen; false means that the word had changed and
 * nothing was done. The number makes every word unique, but for those of one call that is asked again and again.
 */
public final class CallStates {
    /** The state of a word; null for one that there is not. */
    public static CallState of(long word) {
        CallState state = CallWord.isValid(word) ? CallState.of(CallWord.state(word)) : null;
        return state == null
                        || (CallWord.requester(word) != 0) != state.hasRequester()
                        || (CallWord.server(word) != 0) != state.hasServer()
                ? null
                : state;
    }

    /** The word of an entry that was never used. */
    public static long unused() {
        return CallWord.pack(CallState.FREE.code(), 0, 0, false, 1);
    }

    /** FREE(n) → CLAIM(P,n), by anyone. Dies after: {@link #reclaim} empties and frees it. */
    public static boolean claim(SharedMemory memory, long at, long free, int requester) {
        return memory.compareAndSetLong(at, free, claimed(free, requester));
    }

    /** The word that {@link #claim} leaves. */
    public static long claimed(long free, int requester) {
        return changed(free, CallState.CLAIM, requester, 0, false);
    }

    /** CLAIM(P) → ASKED(P), by P, once the request is written. Dies after: it is taken back, unless a server was faster. */
    public static boolean ask(SharedMemory memory, long at, long claim) {
        return memory.compareAndSetLong(
                at, claim, changed(claim, CallState.ASKED, CallWord.requester(claim), 0, false));
    }

    /** ASKED(P) → CLAIM(P), by P, whose time is over, or whoever reclaims it. Dies after: as {@link #claim}. */
    public static boolean withdraw(SharedMemory memory, long at, long asked) {
        return memory.compareAndSetLong(at, asked, claimed(asked, CallWord.requester(asked)));
    }

    /** ASKED(P) → TAKEN(P,Q), by a server: of several exactly one. Dies after: {@link #died} or {@link #again}. */
    public static boolean take(SharedMemory memory, long at, long asked, int server) {
        return memory.compareAndSetLong(at, asked, taken(asked, server));
    }

    /** The word that {@link #take} leaves. */
    public static long taken(long asked, int server) {
        return changed(asked, CallState.TAKEN, CallWord.requester(asked), server, CallWord.isAgain(asked));
    }

    /** TAKEN(P,Q) → REPLIED(P), by Q, once the reply is written. Decides the answer. Dies after: P looks again in time. */
    public static boolean reply(SharedMemory memory, long at, long taken) {
        return end(memory, at, taken, CallState.REPLIED);
    }

    /** TAKEN(P,Q) → FAILED(P), by Q. Decides the answer. Dies after: as {@link #reply}. */
    public static boolean fail(SharedMemory memory, long at, long taken) {
        return end(memory, at, taken, CallState.FAILED);
    }

    /** TAKEN(P,Q) → DIED(P), by whoever reclaims Q. Decides the answer. Dies after: as {@link #reply}. */
    public static boolean died(SharedMemory memory, long at, long taken) {
        return end(memory, at, taken, CallState.DIED);
    }

    /** TAKEN(P,Q) → ASKED(P), marked, by whoever reclaims Q. Dies after: nothing is left to do; a server finds it. */
    public static boolean again(SharedMemory memory, long at, long taken) {
        return memory.compareAndSetLong(at, taken, changed(taken, CallState.ASKED, CallWord.requester(taken), 0, true));
    }

    /** TAKEN(P,Q) → ABANDONED(Q), by P, whose time is over, or whoever reclaims it. Dies after: nothing is left to do for P. */
    public static boolean abandon(SharedMemory memory, long at, long taken) {
        return memory.compareAndSetLong(
                at, taken, changed(taken, CallState.ABANDONED, 0, CallWord.server(taken), CallWord.isAgain(taken)));
    }

    /**
     * CLAIM(P), REPLIED(P), FAILED(P), DIED(P), ABANDONED(Q) → FREE(n+1), by its owner, who has emptied the cells, or by
     * whoever reclaims it. Dies after: nothing is left to do.
     */
    public static boolean free(SharedMemory memory, long at, long held) {
        return memory.compareAndSetLong(
                at, held, CallWord.pack(CallState.FREE.code(), 0, 0, false, CallWord.number(held) + 1));
    }

    /**
     * Settles an entry in the name of a participant that is gone, as requester, as server, or both.
     *
     * @param again whether another server is to have what this one had not answered
     * @param empties empties a cell: what it holds goes the way of all that the dead one had
     * @return whether a requester is told that its server has died
     */
    public static boolean reclaim(SharedMemory memory, long at, int owner, boolean again, LongConsumer empties) {
        boolean told = false;
        while (true) {
            long word = memory.getLongAcquire(at);
            CallState state = of(word);
            if (state == null || (CallWord.requester(word) != owner && CallWord.server(word) != owner)) {
                return told;
            }
            switch (state) {
                case ASKED -> withdraw(memory, at, word);
                case TAKEN -> told |= reclaimTaken(memory, at, word, owner, again, empties);
                default -> {
                    empties.accept(at + CallLayout.REQUEST_OFFSET);
                    empties.accept(at + CallLayout.REPLY_OFFSET);
                    free(memory, at, word);
                }
            }
        }
    }

    private static boolean reclaimTaken(
            SharedMemory memory, long at, long taken, int owner, boolean again, LongConsumer empties) {
        if (CallWord.requester(taken) == owner) {
            abandon(memory, at, taken);
            return false;
        }
        // A reply that it had written and not given.
        empties.accept(at + CallLayout.REPLY_OFFSET);
        if (again && hasRequest(memory, at)) {
            again(memory, at, taken);
            return false;
        }
        return died(memory, at, taken);
    }

    /** Whether the request is there as it was asked: not where it was a block that a server has taken out. */
    private static boolean hasRequest(SharedMemory memory, long at) {
        return memory.getInt(at + CallLayout.REQUEST_SIZE_OFFSET) != CallLayout.IS_BLOCK
                || !Cells.isEmpty(memory.getLongAcquire(at + CallLayout.REQUEST_OFFSET));
    }

    private static boolean end(SharedMemory memory, long at, long taken, CallState state) {
        return memory.compareAndSetLong(
                at, taken, changed(taken, state, CallWord.requester(taken), 0, CallWord.isAgain(taken)));
    }

    private static long changed(long word, CallState state, int requester, int server, boolean again) {
        return CallWord.pack(state.code(), requester, server, again, CallWord.number(word));
    }

    private CallStates() {}
}
