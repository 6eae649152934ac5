package io.shm.recovery;

/** Takes over what processes leave that are gone, in a region of policy adopt. */
@FunctionalInterface
public interface OrphanListener {
    /**
     * The block is this process's now, in whatever state its last owner left the payload. Called on a thread of its own,
     * one block at a time. Where it throws, the block becomes an orphan again, this process does not ask for it a second
     * time, and the thread's handler of uncaught exceptions is told.
     */
    void adopted(Orphan orphan);
}
