package io.shm.ledger;

import io.shm.layout.ChannelSlotLayout;
import io.shm.layout.QueueWord;
import io.shm.memory.SharedMemory;

/**
 * The state machine of a queue's cell as long as no block is in it: a message within the slot itself.
 *
 * <pre>
 *                claim               commit           take                finish
 *   EMPTY(l) ----------> WRITING(P,l) -----> FULL(l) -----> READING(Q,l) -------> EMPTY(l+1)
 *                          |  | finish                        ^     |
 *                     skip |  `------> EMPTY(l+1)       adopt |     | orphan (Q is dead)
 *                          v      finish                      |     v
 *                        SKIPPED(P,l) ----> EMPTY(l+1)       ORPHAN(l)
 *
 *   pass: READING(Q,l), SKIPPED(P,l), ORPHAN(l) -> the same of l+1, by a sender that has come round
 * </pre>
 *
 * Position {@code p} of the queue is lap {@code p / capacity} of cell {@code p % capacity}. In EMPTY, WRITING and FULL the
 * lap is the one whose message is expected, written or there; in the other three it is over. So nobody waits for a writer
 * or reader that is stopped: receivers skip the one, senders pass the other, and all it costs is a slot. A slot has one
 * user at a time, and only he makes it EMPTY again: nobody else's message is written into.
 *
 * <p>A cell goes from EMPTY(l) to the handle of a block and on to EMPTY(l+1) by {@link Handover}.
 *
 * <p>Where there is one sender, its claim and commit are stores, and where there is one receiver its take and finish: receivers
 * do not skip that sender, senders do not pass that receiver, so nobody else changes those words.
 *
 * <p>Threads and processes: each other arrow is one CAS from the exact word seen; false means that the word had changed and
 * nothing was done.
 */
public final class QueueStates {
    public static long empty(int lap) {
        return QueueWord.pack(QueueState.EMPTY.code(), 0, lap);
    }

    public static long full(int lap) {
        return QueueWord.pack(QueueState.FULL.code(), 0, lap);
    }

    /** The state of a cell's word; null for a handle, and for a word that there is not. */
    public static QueueState of(long word) {
        QueueState state = QueueWord.isOne(word) ? QueueState.of(QueueWord.state(word)) : null;
        return state == null || (QueueWord.owner(word) != 0) != state.isOwned() ? null : state;
    }

    /** EMPTY(l) → WRITING(P,l), by a sender. Dies after: whoever reclaims P makes it EMPTY(l+1); receivers skip it. */
    public static boolean claim(SharedMemory memory, long cell, long empty, int owner) {
        return memory.compareAndSetLong(cell, empty, writing(empty, owner));
    }

    /** The word that {@link #claim} leaves. */
    public static long writing(long empty, int owner) {
        return QueueWord.pack(QueueState.WRITING.code(), owner, QueueWord.lap(empty));
    }

    /** As {@link #claim}, by the one sender that there is: a message that it sends while it writes this one goes elsewhere. */
    public static void claimAlone(SharedMemory memory, long cell, long empty, int owner) {
        memory.putLongRelease(cell, writing(empty, owner));
        // What it writes comes after.
        SharedMemory.storeStoreFence();
    }

    /** As {@link #commit}, by the one sender that there is. */
    public static void commitAlone(SharedMemory memory, long cell, long empty) {
        memory.putLongRelease(cell, changed(empty, QueueState.FULL, 0, 0));
        // What it does next, such as to tell somebody that it is sent, comes after.
        SharedMemory.storeStoreFence();
    }

    /** WRITING(P,l) → FULL(l), by P, once all is written. Decides that it is sent. Dies after: nothing is left to do. */
    public static boolean commit(SharedMemory memory, long cell, long writing) {
        return memory.compareAndSetLong(cell, writing, changed(writing, QueueState.FULL, 0, 0));
    }

    /**
     * WRITING(P,l) → SKIPPED(P,l), by a receiver that has seen a later message. P sends its own at a later position.
     *
     * <p>Dies after: nothing is left to do; the slot is P's until it says so, or is reclaimed.
     */
    public static boolean skip(SharedMemory memory, long cell, long writing) {
        return memory.compareAndSetLong(
                cell, writing, changed(writing, QueueState.SKIPPED, QueueWord.owner(writing), 0));
    }

    /** FULL(l) → READING(Q,l), by a receiver. Decides whose the message is. Dies after: {@link #reclaim}. */
    public static boolean take(SharedMemory memory, long cell, long full, int owner) {
        return memory.compareAndSetLong(cell, full, changed(full, QueueState.READING, owner, 0));
    }

    /** As {@link #take}, by the one receiver that there is. */
    public static void takeAlone(SharedMemory memory, long cell, long full, int owner) {
        memory.putLongRelease(cell, changed(full, QueueState.READING, owner, 0));
        // What it does with the message comes after.
        SharedMemory.storeStoreFence();
    }

    /** As {@link #finish}, of READING(Q,l), by Q, which is the one receiver that there is. */
    public static void finishAlone(SharedMemory memory, long cell, int owner) {
        long word = memory.getLong(cell);
        if (of(word) == QueueState.READING && QueueWord.owner(word) == owner) {
            memory.putLongRelease(cell, changed(word, QueueState.EMPTY, 0, 1));
        }
    }

    /** The word that {@link #take} or {@link #adopt} leaves. */
    public static long reading(long seen, int owner) {
        return changed(seen, QueueState.READING, owner, 0);
    }

    /**
     * WRITING(P,l), READING(P,l) or SKIPPED(P,l) → EMPTY(l+1), by P, which does not look at the slot any more, or by whoever
     * reclaims P. Dies after: nothing is left to do.
     */
    public static boolean finish(SharedMemory memory, long cell, long held) {
        return memory.compareAndSetLong(cell, held, changed(held, QueueState.EMPTY, 0, 1));
    }

    /** READING, SKIPPED or ORPHAN of l → the same of l+1, by a sender whose turn is l+1. Dies after: nothing is left to do. */
    public static boolean pass(SharedMemory memory, long cell, long held) {
        return memory.compareAndSetLong(
                cell, held, changed(held, QueueState.of(QueueWord.state(held)), QueueWord.owner(held), 1));
    }

    /** READING(Q,l) → ORPHAN(l), by whoever reclaims Q, where it is delivered again. Dies after: nothing is left to do. */
    public static boolean orphan(SharedMemory memory, long cell, long reading) {
        return memory.compareAndSetLong(cell, reading, changed(reading, QueueState.ORPHAN, 0, 0));
    }

    /** ORPHAN(l) → READING(Q,l), by a receiver: of several exactly one. Dies after: as {@link #take}. */
    public static boolean adopt(SharedMemory memory, long cell, long orphan, int owner) {
        return memory.compareAndSetLong(cell, orphan, changed(orphan, QueueState.READING, owner, 0));
    }

    /** Ends the use of a slot that is one's own, however often it was passed meanwhile. */
    public static void finishOwn(SharedMemory memory, long cell, int owner) {
        long word = memory.getLongAcquire(cell);
        while (QueueWord.owner(word) == owner && of(word) != null && !finish(memory, cell, word)) {
            word = memory.getLongAcquire(cell);
        }
    }

    /**
     * Settles a cell in the name of a participant that is gone: what it wrote was not sent; what it read is for another to
     * read, or is gone.
     *
     * @param again whether messages are delivered again
     * @return whether a message is gone
     */
    public static boolean reclaim(SharedMemory memory, long cell, int owner, boolean again) {
        while (true) {
            long word = memory.getLongAcquire(cell);
            QueueState state = of(word);
            if (state == null || QueueWord.owner(word) != owner) {
                return false;
            }
            boolean reading = state == QueueState.READING;
            if ((reading && again) ? orphan(memory, cell, word) : finish(memory, cell, word)) {
                return reading && !again;
            }
        }
    }

    /** Bytes of the message in a slot, within what there can be. */
    public static int sizeOf(SharedMemory memory, long cell) {
        return Math.max(
                0,
                Math.min(
                        memory.getInt(cell + ChannelSlotLayout.SIZE_OFFSET - ChannelSlotLayout.CELL_OFFSET),
                        ChannelSlotLayout.PAYLOAD_BYTES));
    }

    private static long changed(long word, QueueState state, int owner, int laps) {
        return QueueWord.pack(state.code(), owner, QueueWord.lap(word) + laps);
    }

    private QueueStates() {}
}
