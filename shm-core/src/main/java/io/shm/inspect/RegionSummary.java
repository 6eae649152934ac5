package io.shm.inspect;

import java.time.Instant;

/**
 * A line of {@code shm ls}: read from the header and the lock file alone, without mapping the region.
 *
 * @param mapped bytes of the file; maximum, that it may grow to
 * @param attached processes attached now; -1 if unknown
 * @param problem empty, or why it cannot be used
 */
public record RegionSummary(
        String name,
        String path,
        String kind,
        long size,
        long mapped,
        long maximum,
        int mode,
        String owner,
        Instant createdAt,
        int attached,
        boolean orphan,
        String problem) {}
