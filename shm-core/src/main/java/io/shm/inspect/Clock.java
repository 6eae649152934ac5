package io.shm.inspect;

import io.shm.layout.RecordWords;
import io.shm.layout.TotalsLayout;
import io.shm.memory.SharedMemory;
import java.time.Instant;

/** The region's times, which count from its creation. */
record Clock(long createdAtMs) {
    /** Whatever the header says, an instant that can be added to and printed. */
    private static final long LATEST_MS = 253_402_300_799_000L;

    Clock {
        createdAtMs = Math.max(0, Math.min(LATEST_MS, createdAtMs));
    }

    /** A time of the machine's clock that was read from a region, and may be anything. */
    static Instant printable(long epochMs) {
        return Instant.ofEpochMilli(Math.max(0, Math.min(LATEST_MS, epochMs)));
    }

    Instant created() {
        return Instant.ofEpochMilli(createdAtMs);
    }

    /** A record's time: milliseconds since the creation. */
    Instant at(long sinceMs) {
        return Instant.ofEpochMilli(createdAtMs + (sinceMs & RecordWords.TIME_MASK));
    }

    Totals totals(SharedMemory memory, long at) {
        return new Totals(
                memory.getLong(at + TotalsLayout.ALLOCATIONS_OFFSET),
                memory.getLong(at + TotalsLayout.FREES_OFFSET),
                memory.getLong(at + TotalsLayout.BYTES_ALLOCATED_OFFSET),
                memory.getLong(at + TotalsLayout.BYTES_FREED_OFFSET),
                memory.getLong(at + TotalsLayout.PEAK_BLOCKS_OFFSET),
                memory.getLong(at + TotalsLayout.PEAK_BYTES_OFFSET),
                orNull(memory.getLong(at + TotalsLayout.FIRST_AT_OFFSET)),
                orNull(memory.getLong(at + TotalsLayout.LAST_AT_OFFSET)));
    }

    /** Totals hold a time plus one, so that 0 is never. */
    private Instant orNull(long plusOne) {
        return plusOne == 0 ? null : at(plusOne - 1);
    }
}
