package io.shm.participant;

/**
 * This process's place in a region, from join to leave.
 *
 * @param processId of the process history: 1 to 2^24 - 1
 * @param incarnation which use of the slot this is
 */
public record Membership(int slot, int processId, long incarnation) {
    /** How state words name this participant: slot + 1. */
    public int owner() {
        return slot + 1;
    }
}
