package io.shm.inspect;

import io.shm.participant.SlotLocks;
import io.shm.segment.LockFile;

/** Liveness locks that are only looked at. */
final class ProbedLocks implements SlotLocks {
    private final LockFile file;

    /** Looks at a region's lock file, or at nothing where it is null. */
    ProbedLocks(LockFile file) {
        this.file = file;
    }

    @Override
    public boolean tryHold(int slot) {
        return false;
    }

    @Override
    public void letGo(int slot) {}

    @Override
    public Held probe(int slot) {
        return file == null
                ? Held.UNKNOWN
                : switch (file.probe(slot)) {
                    case HELD -> Held.HELD;
                    case FREE -> Held.FREE;
                    case UNKNOWN -> Held.UNKNOWN;
                };
    }
}
