package io.shm.inspect;

import java.time.Instant;

/**
 * A line of {@code shm ls}: read from the header and the lock file alone, without mapping the region.
 *
 * @param attached processes attached now; -1 if unknown
 * @param problem empty, or why it cannot be used
 */
public record RegionSummary(
        String name,
        String path,
        String kind,
        long size,
        long mapped,
        int mode,
        String owner,
        Instant createdAt,
        int attached,
        boolean orphan,
        String problem) {}
