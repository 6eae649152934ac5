package io.shm.inspect;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import io.shm.participant.ParticipantState;
import io.shm.participant.ParticipantStates;

/** Which owner numbers are somebody's. A slot whose word is damaged counts as in use: nobody knows better. */
final class SlotsInUse {
    private final SharedMemory memory;
    private final int self;
    private final boolean[] inUse = new boolean[RegionMap.PARTICIPANTS + 1];
    private final long[] words = new long[RegionMap.PARTICIPANTS];
    private int attached;

    SlotsInUse(SharedMemory memory, int self) {
        this.memory = memory;
        this.self = self;
        for (int slot = 0; slot < words.length; slot++) {
            words[slot] = word(slot);
            inUse[slot + 1] = !isEmpty(words[slot]);
            if (inUse[slot + 1] && slot != self) {
                attached++;
            }
        }
    }

    /** Whether an owner number is one that a word may have now; of a participant that has just come, too. */
    boolean has(int owner) {
        if (owner < 1 || owner > RegionMap.PARTICIPANTS) {
            return false;
        }
        if (!inUse[owner]) {
            inUse[owner] = !isEmpty(word(owner - 1));
        }
        return inUse[owner];
    }

    /** Participants in slots when this was made, without the caller's own. */
    int attached() {
        return attached;
    }

    /** Whether nobody was in a slot from when this was made until now: each use of a slot has a word of its own. */
    boolean nobodySince() {
        for (int slot = 0; slot < words.length; slot++) {
            if (slot != self && word(slot) != words[slot]) {
                return false;
            }
        }
        return attached == 0;
    }

    long word(int slot) {
        return memory.getLongAcquire(RegionMap.participantAt(slot) + ParticipantLayout.WORD_OFFSET);
    }

    private static boolean isEmpty(long word) {
        return ParticipantStates.stateOf(word) == ParticipantState.EMPTY;
    }
}
