package io.shm;

import io.shm.participant.SlotLocks;
import io.shm.segment.LockFile;

/** The participants' liveness locks, on the first bytes of the segment's lock file. */
record LockFileSlots(LockFile file) implements SlotLocks {
    @Override
    public boolean tryHold(int slot) {
        return file.tryHold(slot);
    }

    @Override
    public void letGo(int slot) {
        file.letGo(slot);
    }

    @Override
    public Held probe(int slot) {
        return switch (file.probe(slot)) {
            case HELD -> Held.HELD;
            case FREE -> Held.FREE;
            case UNKNOWN -> Held.UNKNOWN;
        };
    }
}
