package io.shm.heap;

import io.shm.layout.TotalsLayout;
import io.shm.memory.SharedMemory;

/**
 * Adds to the running totals that lie in the region.
 *
 * <p>Threads and processes: safe. A crash loses what was not yet added: the totals are hints, and no account is made
 * from them.
 */
final class TotalsTable {
    private final SharedMemory memory;

    TotalsTable(SharedMemory memory) {
        this.memory = memory;
    }

    void add(
            long totalsAt,
            long nowMs,
            long allocations,
            long frees,
            long bytes,
            long freedBytes,
            long blocksAbove,
            long bytesAbove) {
        long allocated = plus(totalsAt + TotalsLayout.ALLOCATIONS_OFFSET, allocations);
        long freed = plus(totalsAt + TotalsLayout.FREES_OFFSET, frees);
        long allocatedBytes = plus(totalsAt + TotalsLayout.BYTES_ALLOCATED_OFFSET, bytes);
        long freedAllBytes = plus(totalsAt + TotalsLayout.BYTES_FREED_OFFSET, freedBytes);
        raise(totalsAt + TotalsLayout.PEAK_BLOCKS_OFFSET, allocated - freed + blocksAbove);
        raise(totalsAt + TotalsLayout.PEAK_BYTES_OFFSET, allocatedBytes - freedAllBytes + bytesAbove);
        if (memory.getLong(totalsAt + TotalsLayout.FIRST_AT_OFFSET) == 0) {
            memory.compareAndSetLong(totalsAt + TotalsLayout.FIRST_AT_OFFSET, 0, nowMs + 1);
        }
        raise(totalsAt + TotalsLayout.LAST_AT_OFFSET, nowMs + 1);
    }

    long plus(long at, long delta) {
        return delta == 0 ? memory.getLong(at) : memory.getAndAddLong(at, delta) + delta;
    }

    /** Stores the value where it is larger than what is there. */
    void raise(long at, long value) {
        long seen = memory.getLong(at);
        while (value > seen && !memory.compareAndSetLong(at, seen, value)) {
            seen = memory.getLong(at);
        }
    }
}
