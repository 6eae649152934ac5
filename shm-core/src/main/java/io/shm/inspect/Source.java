package io.shm.inspect;

import io.shm.participant.SlotLocks;

/**
 * Where the bytes that an inspector looks at come from.
 *
 * @param reference as the caller named it, for messages
 * @param path of the file; the reference where there is none
 * @param copy whether the file is not where the region was made
 * @param locks the region's liveness locks, only ever probed
 * @param close lets go of the memory
 */
public record Source(String reference, String path, boolean copy, SlotLocks locks, Runnable close) {
    /** Locks of a region that are not here: nothing is known about who is alive. */
    public static final SlotLocks NO_LOCKS = new SlotLocks() {
        @Override
        public boolean tryHold(int slot) {
            return false;
        }

        @Override
        public void letGo(int slot) {}

        @Override
        public Held probe(int slot) {
            return Held.UNKNOWN;
        }
    };
}
