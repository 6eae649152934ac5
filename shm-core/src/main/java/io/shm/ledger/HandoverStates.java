package io.shm.ledger;

import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;

/**
 * The arrows of a block that passes from one holder to another: through a cell, to many, or to one participant. The same
 * word and the same rules as {@link BlockStates}; the two classes are one machine.
 *
 * <pre>
 *              publish            hold             take              taken
 *   LIVE(P,g) ---------> PUB(P,g) ----> HELD(g) ---------> TAKE(Q,g) -----> LIVE(Q,g')
 *             &lt;---------
 *             unpublish  |  offer                accept
 *                        `-------> OFFER(P,g) ---------> LIVE(Q,g')
 *                                             withdraw
 *                                             ---------> LIVE(P,g')
 *
 *              publishShared       holdShared            withholdShared
 *   LIVE(P,g) ---------> PUBS(P,g) ---------> SHARED(g) ---------------> RESERVED(Q,g) ---> FREE(g)
 *             &lt;---------
 *             unpublish
 * </pre>
 *
 * In PUB and PUBS the record's CELL and CHANGED are its owner's alone, and are believed only if the cell that CELL names
 * holds the block's handle. Each new owner gets a fresh generation: otherwise one who helps, and was stopped meanwhile,
 * could act in a later ownership as in the one he has seen.
 *
 * <p>Threads and processes: each arrow is one CAS from the exact word seen; false means that the word had changed and
 * nothing was done.
 */
public final class HandoverStates {
    /**
     * LIVE → PUB, by the owner; of two threads one. From here on only the owner writes CELL and CHANGED.
     *
     * <p>Dies after: no cell holds the handle, so whoever reclaims goes back to LIVE.
     */
    public static boolean publish(SharedMemory memory, long recordAt, long live) {
        return memory.compareAndSetLong(recordAt, live, publishing(live));
    }

    /** The word that {@link #publish} leaves. */
    public static long publishing(long live) {
        return same(BlockState.PUB, live);
    }

    /**
     * PUB → HELD, by anyone who has seen that the cell holds the handle and that what it displaces is claimed.
     *
     * <p>Dies after: nothing is left to do; the block is the cell's.
     */
    public static boolean hold(SharedMemory memory, long recordAt, long pub) {
        return memory.compareAndSetLong(recordAt, pub, unowned(BlockState.HELD, pub));
    }

    /**
     * PUB or PUBS → LIVE of the same life, by the owner whose handle found no place, or by whoever reclaims it.
     *
     * <p>The generation may stay: nobody has seen the handle in a cell. Dies after: a live block.
     */
    public static boolean unpublish(SharedMemory memory, long recordAt, long seen) {
        return memory.compareAndSetLong(recordAt, seen, same(BlockState.LIVE, seen));
    }

    /**
     * HELD → TAKE(Q), by the taker, or for one who displaces the block from its cell. Decides whose the block is.
     *
     * <p>Dies after: the cell may still hold the handle, and anyone may clear it; whoever reclaims Q does, and goes on to
     * LIVE. Never back to HELD: a helper may be about to clear the cell.
     */
    public static boolean take(SharedMemory memory, long recordAt, long held, int owner) {
        return memory.compareAndSetLong(recordAt, held, taking(held, owner));
    }

    /** The word that {@link #take} leaves. */
    public static long taking(long held, int owner) {
        return StateWord.pack(BlockState.TAKE.code(), owner, StateWord.generation(held));
    }

    /**
     * TAKE → LIVE with a fresh generation, by the taker or whoever reclaims it, once the cell does not hold the handle.
     *
     * <p>Dies after: a live block of a dead owner; the note may still be that of its publication.
     */
    public static boolean taken(SharedMemory memory, long recordAt, long take, long generation) {
        return memory.compareAndSetLong(recordAt, take, BlockStates.live(StateWord.owner(take), generation));
    }

    /** LIVE → PUBS, by the owner. As {@link #publish}. */
    public static boolean publishShared(SharedMemory memory, long recordAt, long live) {
        return memory.compareAndSetLong(recordAt, live, same(BlockState.PUBS, live));
    }

    /**
     * PUBS → SHARED, by anyone who has seen that the cell holds the handle.
     *
     * <p>Dies after: the dead one's hold stays until it is reaped.
     */
    public static boolean holdShared(SharedMemory memory, long recordAt, long pubs) {
        return memory.compareAndSetLong(recordAt, pubs, unowned(BlockState.SHARED, pubs));
    }

    /**
     * SHARED → RESERVED, by anyone who has seen that nobody holds the block: the first half of its free.
     *
     * <p>Dies after: as {@link BlockStates#withhold}.
     */
    public static boolean withholdShared(SharedMemory memory, long recordAt, long shared, int owner) {
        return memory.compareAndSetLong(
                recordAt, shared, StateWord.pack(BlockState.RESERVED.code(), owner, StateWord.generation(shared)));
    }

    /**
     * PUB → OFFER, by the owner, with the target noted in CELL before.
     *
     * <p>Dies after: an offer of the dead, that the target may accept until whoever reclaims makes it LIVE.
     */
    public static boolean offer(SharedMemory memory, long recordAt, long pub) {
        return memory.compareAndSetLong(recordAt, pub, same(BlockState.OFFER, pub));
    }

    /** OFFER → LIVE(Q) with a fresh generation, by the target. Dies after: a live block of Q. */
    public static boolean accept(SharedMemory memory, long recordAt, long offer, int owner, long generation) {
        return memory.compareAndSetLong(recordAt, offer, BlockStates.live(owner, generation));
    }

    /**
     * OFFER → LIVE(P) with a fresh generation, by the owner, or whoever reclaims it: with the old one a slow target would
     * accept what is offered to another. Dies after: a live block of P.
     */
    public static boolean withdraw(SharedMemory memory, long recordAt, long offer, long generation) {
        return memory.compareAndSetLong(recordAt, offer, BlockStates.live(StateWord.owner(offer), generation));
    }

    private static long same(BlockState state, long word) {
        return StateWord.pack(state.code(), StateWord.owner(word), StateWord.generation(word));
    }

    private static long unowned(BlockState state, long word) {
        return StateWord.pack(state.code(), 0, StateWord.generation(word));
    }

    private HandoverStates() {}
}
