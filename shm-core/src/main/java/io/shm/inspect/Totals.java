package io.shm.inspect;

import java.time.Instant;

/**
 * Running totals since the region was made: hints, never what the accounts add up.
 *
 * @param peakBlocks most live blocks seen at one time
 * @param peakBytes most live requested bytes seen at one time
 * @param firstAt first allocation, null for none
 * @param lastAt last change, null for none
 */
public record Totals(
        long allocations,
        long frees,
        long bytesAllocated,
        long bytesFreed,
        long peakBlocks,
        long peakBytes,
        Instant firstAt,
        Instant lastAt) {}
