package io.shm.inspect;

import io.shm.layout.FaultLayout;
import io.shm.layout.FaultWord;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.ScopeLayout;
import io.shm.layout.ScopeWord;
import io.shm.ledger.FaultKind;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.ScopeState;
import io.shm.memory.SharedMemory;

/** The tables that tell of blocks and that no block depends on: the scopes, and the fault log. */
final class LogCheck {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Findings findings;

    LogCheck(SharedMemory memory, RegionMap map, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.findings = findings;
    }

    void check() {
        for (int entry = 1; entry < map.scopeCount(); entry++) {
            scope(entry);
        }
        faults();
    }

    private void scope(int entry) {
        long at = map.scopeAt(entry);
        long word = memory.getLongAcquire(at + ScopeLayout.WORD_OFFSET);
        if (word == 0) {
            return;
        }
        ScopeState state = ScopeWord.isValid(word) ? ScopeState.of(ScopeWord.state(word)) : null;
        if (state == null) {
            findings.add(Invariant.SCOPE, at, "scope", entry, word, 0, "");
            return;
        }
        long lengthAt = at + ScopeLayout.NAME_LENGTH_OFFSET;
        long length = memory.getLong(lengthAt);
        boolean named = state != ScopeState.FREE && state != ScopeState.CLAIM;
        if (named && (length < 0 || length > ScopeLayout.NAME_BYTES)) {
            SharedMemory.loadLoadFence();
            if (memory.getLong(at) == word) {
                findings.add(Invariant.SCOPE, lengthAt, "scope", entry, length, 0, "name of " + length + " bytes");
            }
        }
    }

    /** The head is read last: it never goes back, so an entry that was published before was drawn before. */
    private void faults() {
        int last = -1;
        for (int index = 0; index < map.faultCount(); index++) {
            long at = map.faultAt(index);
            long word = memory.getLongAcquire(at + FaultLayout.WORD_OFFSET);
            if (word == 0) {
                continue;
            }
            last = index;
            if (!FaultWord.isValid(word) || FaultKind.of(FaultWord.kind(word)) == null) {
                findings.add(Invariant.FAULT_ENTRY, at, "fault", index, word, 0, "");
                continue;
            }
            long lengthAt = at + FaultLayout.FOUND_LENGTH_OFFSET;
            long length = memory.getLong(lengthAt);
            if (length < 0 || length > FaultLayout.FOUND_BYTES) {
                findings.add(Invariant.FAULT_ENTRY, lengthAt, "fault", index, length, 0, length + " bytes found");
            }
        }
        SharedMemory.loadLoadFence();
        long head = memory.getLongVolatile(HeaderLayout.FAULT_HEAD_OFFSET);
        if (head <= last || head > map.faultCount()) {
            findings.add(
                    Invariant.FAULT_ENTRY,
                    HeaderLayout.FAULT_HEAD_OFFSET,
                    "header",
                    -1,
                    head,
                    last + 1L,
                    "next=" + head + " last=" + last + " of " + map.faultCount());
        }
    }
}
