package io.shm.heap;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;

/**
 * Says in the region when this participant is in the middle of a charge or a refund: between the two, or after one without
 * the block's commit, a budget and the records do not agree.
 *
 * <p>Threads: any; each operation counts itself in and out. A crash leaves more begun than ended: whoever settles the dead
 * one passes over it, and the next joiner begins at 0.
 */
final class Charges {
    private final SharedMemory memory;
    private final long begunAt;
    private final long endedAt;

    Charges(SharedMemory memory, int owner) {
        this.memory = memory;
        long participantAt = RegionMap.participantAt(owner - 1);
        this.begunAt = participantAt + ParticipantLayout.CHARGES_BEGUN_OFFSET;
        this.endedAt = participantAt + ParticipantLayout.CHARGES_ENDED_OFFSET;
    }

    /** Before the budget or the block's state changes; pairs with the reads of {@link Recount}. */
    void begin() {
        memory.getAndAddLong(begunAt, 1);
    }

    /** After both have changed. */
    void end() {
        memory.getAndAddLong(endedAt, 1);
    }
}
