package io.shm.inspect;

import java.time.Instant;

/**
 * What a region is.
 *
 * @param reference as the caller named it
 * @param kind named, anonymous, zero or sysv
 * @param size bytes as requested; mapped, those that it has now; maximum, that it may grow to
 * @param policy what happens to the blocks of a process that is gone: free, keep or adopt
 * @param copy not where it was made: a copied file, so nothing is known about who is alive
 */
public record Identity(
        String reference,
        String path,
        String kind,
        int format,
        String regionId,
        long size,
        long mapped,
        long maximum,
        int mode,
        String policy,
        String level,
        Instant createdAt,
        ProcessInfo creator,
        boolean copy) {}
