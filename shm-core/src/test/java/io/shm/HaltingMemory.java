package io.shm;

import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;

/** The process ends without any notice before its n-th write. */
final class HaltingMemory extends WatchedMemory {
    static final int HALTED = 99;

    private final long haltBefore;
    private long writes;

    /** @param haltBefore which write; 0 for none */
    HaltingMemory(SharedMemory inner, long haltBefore) {
        super(inner);
        this.haltBefore = haltBefore;
    }

    long writes() {
        return writes;
    }

    @Override
    protected void beforeWrite(long offset) {
        if (++writes == haltBefore) {
            Runtime.getRuntime().halt(HALTED);
        }
    }
}
