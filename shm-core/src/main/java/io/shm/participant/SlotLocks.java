package io.shm.participant;

/**
 * The liveness locks, one per slot: held for as long as the process lives, and let go by the system when it dies.
 *
 * <p>Obtaining one orders every store of the dead holder before the reads of the new one. The segment implements
 * this on a lock file; tests have a fake.
 */
public interface SlotLocks {
    /** What a look at a lock from outside tells. */
    enum Held {
        HELD,
        FREE,
        /** There is no lock file here, or it may not be opened. */
        UNKNOWN
    }

    /**
     * Takes the lock for this participant, without waiting.
     *
     * @return false where anyone holds it, this process included
     */
    boolean tryHold(int slot);

    /** Lets go of a lock that {@link #tryHold} has obtained. */
    void letGo(int slot);

    /** Looks without taking it; this process counts as a holder too. */
    Held probe(int slot);
}
