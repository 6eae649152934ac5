package io.shm.inspect;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.ParticipantWord;
import io.shm.layout.ProcessLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.memory.SharedMemory;
import io.shm.participant.ParticipantState;
import io.shm.participant.ParticipantStates;

/** The slots of participants, and the history of those who were. */
final class ParticipantCheck {
    private static final int NAME_BYTES = 64;
    /** What a slot and the history say about one process, in the same order in both. */
    private static final int[] SLOT_FIELDS = {
        ParticipantLayout.PID_OFFSET,
        ParticipantLayout.START_TICKS_OFFSET,
        ParticipantLayout.PID_NAMESPACE_OFFSET,
        ParticipantLayout.JOINED_AT_OFFSET,
        ParticipantLayout.NAME_LENGTH_OFFSET
    };

    private static final int[] HISTORY_FIELDS = {
        ProcessLayout.PID_OFFSET,
        ProcessLayout.START_TICKS_OFFSET,
        ProcessLayout.PID_NAMESPACE_OFFSET,
        ProcessLayout.JOINED_AT_OFFSET,
        ProcessLayout.NAME_LENGTH_OFFSET
    };

    private final SharedMemory memory;
    private final RegionMap map;
    private final Findings findings;
    private int highestProcess;

    ParticipantCheck(SharedMemory memory, RegionMap map, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.findings = findings;
    }

    int highestProcess() {
        return highestProcess;
    }

    void check() {
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            slot(slot);
        }
        for (int index = 0; index < map.historyCount(); index++) {
            entry(index);
        }
    }

    private void slot(int slot) {
        long at = RegionMap.participantAt(slot);
        long word = memory.getLongAcquire(at + ParticipantLayout.WORD_OFFSET);
        ParticipantState state = ParticipantStates.stateOf(word);
        if (state == null || !ParticipantWord.isSound(word)) {
            findings.add(Invariant.PARTICIPANT_WORD, at, "slot", slot, word, 0, "");
        } else if (state != ParticipantState.EMPTY) {
            body(slot, at, word);
        }
    }

    private void body(int slot, long at, long word) {
        long process = memory.getLong(at + ParticipantLayout.PROCESS_OFFSET);
        long nameBytes = memory.getLong(at + ParticipantLayout.NAME_LENGTH_OFFSET);
        int pid = memory.getInt(at + ParticipantLayout.PID_OFFSET);
        if (process < 1 || process > RecordWords.PROCESS_MASK) {
            body(slot, at + ParticipantLayout.PROCESS_OFFSET, word, "its process id is none");
        } else if (pid < 1) {
            body(slot, at + ParticipantLayout.PID_OFFSET & -8L, word, "its pid is none");
        } else if (nameBytes < 0 || nameBytes > NAME_BYTES) {
            body(slot, at + ParticipantLayout.NAME_LENGTH_OFFSET, word, "its name is longer than its place");
        } else {
            highestProcess = Math.max(highestProcess, (int) process);
            sameInHistory(slot, at, word, process);
        }
    }

    /** An entry is written before the slot; it may be another's by now, but not be of this process and say otherwise. */
    private void sameInHistory(int slot, long at, long word, long process) {
        long entry = map.processAt((int) (process % map.historyCount()));
        if (memory.getLongAcquire(entry + ProcessLayout.ID_OFFSET) != process) {
            return;
        }
        boolean same = memory.getLong(entry + ProcessLayout.SLOT_OFFSET) == slot;
        for (int i = 0; i < SLOT_FIELDS.length; i++) {
            same &= memory.getLong(at + SLOT_FIELDS[i]) == memory.getLong(entry + HISTORY_FIELDS[i]);
        }
        SharedMemory.loadLoadFence();
        if (!same && memory.getLong(entry + ProcessLayout.ID_OFFSET) == process) {
            body(slot, at + ParticipantLayout.PROCESS_OFFSET, word, "the history says otherwise");
        }
    }

    private void body(int slot, long at, long word, String evidence) {
        findings.add(Invariant.PARTICIPANT_BODY, at, "slot", slot, memory.getLong(at), word, evidence);
    }

    private void entry(int index) {
        long at = map.processAt(index);
        long id = memory.getLongAcquire(at + ProcessLayout.ID_OFFSET);
        if (id == 0) {
            return;
        }
        String evidence = null;
        if (id < 0 || id > RecordWords.PROCESS_MASK || id % map.historyCount() != index) {
            evidence = "its id does not belong here";
        } else {
            long nameBytes = memory.getLong(at + ProcessLayout.NAME_LENGTH_OFFSET);
            long slot = memory.getLong(at + ProcessLayout.SLOT_OFFSET);
            if (nameBytes < 0 || nameBytes > NAME_BYTES) {
                evidence = "its name is longer than its place";
            } else if (slot < 0 || slot >= RegionMap.PARTICIPANTS) {
                evidence = "there is no such slot";
            } else if (memory.getInt(at + ProcessLayout.PID_OFFSET) < 1) {
                evidence = "its pid is none";
            }
        }
        if (evidence != null) {
            findings.add(Invariant.HISTORY_ENTRY, at, "history", index, id, 0, evidence);
        }
    }
}
