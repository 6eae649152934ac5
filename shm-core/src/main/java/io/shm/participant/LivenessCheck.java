package io.shm.participant;

/**
 * The one decision about who is alive, from the lock and from a second opinion.
 *
 * <p>A held lock is life, whatever else seems to be so. A free lock alone is not death: the process may have lost it,
 * and reaping a process that still stores into its blocks cannot be undone.
 */
public final class LivenessCheck {
    /** What is known about a participant. Only DEAD may be reaped. */
    public enum Standing {
        ALIVE,
        /** There by pid and start, although its lock is free: alive, and reported. */
        LOCK_LOST,
        DEAD,
        UNKNOWN
    }

    /**
     * Decides about a participant whose slot is in use.
     *
     * @param sameBoot whether pids recorded in the region are of the boot that runs now; matters only where the lock
     *     cannot be asked
     */
    public static Standing decide(SlotLocks.Held lock, Evidence evidence, boolean sameBoot) {
        return switch (lock) {
            case HELD -> Standing.ALIVE;
            case FREE -> evidence == Evidence.PRESENT ? Standing.LOCK_LOST : Standing.DEAD;
            case UNKNOWN ->
                !sameBoot || evidence == Evidence.INVISIBLE
                        ? Standing.UNKNOWN
                        : evidence == Evidence.PRESENT ? Standing.ALIVE : Standing.DEAD;
        };
    }

    private LivenessCheck() {}
}
