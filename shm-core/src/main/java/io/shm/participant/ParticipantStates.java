package io.shm.participant;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.ParticipantWord;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;

/**
 * The state machine of a participant's slot.
 *
 * <pre>
 *   EMPTY ---activate---> ACTIVE ---startReaping---> REAPING
 *     ^                                                 |
 *     +-------------empty, incarnation + 1--------------+
 * </pre>
 *
 * <p>Each arrow is one CAS from the exact word seen and returns false, having changed nothing, when the word is
 * another one by now. Whoever draws an arrow holds the slot's liveness lock, so a lost race means a damaged word or
 * a lock that was lost; nothing else writes these words once the region is made.
 */
public final class ParticipantStates {
    private final SharedMemory memory;

    public ParticipantStates(SharedMemory memory) {
        this.memory = memory;
    }

    /** Makes every slot EMPTY; only before the region is visible to anyone else. */
    public static void format(SharedMemory memory) {
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            memory.putLong(wordAt(slot), ParticipantWord.pack(ParticipantState.EMPTY.code(), 1));
        }
    }

    /** The word of a slot. The acquire pairs with the CAS of every arrow: the body of an ACTIVE slot is complete. */
    public long word(int slot) {
        return memory.getLongAcquire(wordAt(slot));
    }

    /** State of a word, or null where the word is damaged. */
    public static ParticipantState stateOf(long word) {
        return ParticipantWord.isValid(word) ? ParticipantState.of(ParticipantWord.state(word)) : null;
    }

    /**
     * EMPTY to ACTIVE, by the joiner, who has written the body.
     *
     * <p>Dies right after: an ACTIVE slot whose lock is free and which owns nothing. Anyone who obtains the lock
     * reaps it.
     */
    public boolean activate(int slot, long seen) {
        return advance(slot, seen, ParticipantState.EMPTY, ParticipantState.ACTIVE, 0);
    }

    /**
     * ACTIVE to REAPING, by the participant itself as it leaves, or by a reaper that has proven it dead.
     *
     * <p>Dies right after: a REAPING slot whose lock is free, with all, some or none of its blocks reclaimed. Anyone
     * who obtains the lock reclaims again from the start, which is idempotent.
     */
    public boolean startReaping(int slot, long seen) {
        return advance(slot, seen, ParticipantState.ACTIVE, ParticipantState.REAPING, 0);
    }

    /**
     * REAPING to EMPTY with the incarnation raised, by whoever has just reclaimed everything that the slot owned.
     *
     * <p>Dies right after: an EMPTY slot whose lock is free, which is what every joiner looks for.
     */
    public boolean empty(int slot, long seen) {
        return advance(slot, seen, ParticipantState.REAPING, ParticipantState.EMPTY, 1);
    }

    /**
     * A damaged word to REAPING, by whoever repairs and has proven that no process is there. The incarnation is one that no
     * use of a slot has reached, because the one that the word had is not known.
     *
     * <p>Dies right after: as {@link #startReaping}.
     */
    boolean restore(int slot, long damaged, long incarnation) {
        return memory.compareAndSetLong(
                wordAt(slot), damaged, ParticipantWord.pack(ParticipantState.REAPING.code(), incarnation));
    }

    private boolean advance(int slot, long seen, ParticipantState from, ParticipantState to, int raise) {
        if (stateOf(seen) != from) {
            return false;
        }
        return memory.compareAndSetLong(
                wordAt(slot), seen, ParticipantWord.pack(to.code(), ParticipantWord.incarnation(seen) + raise));
    }

    private static long wordAt(int slot) {
        return RegionMap.participantAt(slot) + ParticipantLayout.WORD_OFFSET;
    }
}
