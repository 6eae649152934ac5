package io.shm.participant;

/** Frees, or settles by the region's policy, everything that carries the owner number of a slot. */
@FunctionalInterface
public interface Reclaimer {
    /**
     * Called with the slot's lock held and its word REAPING. Idempotent: whoever follows a reaper that died begins
     * again. Where it throws, the slot stays REAPING and is tried again later.
     */
    void reclaim(int slot);
}
