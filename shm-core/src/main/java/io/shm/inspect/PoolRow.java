package io.shm.inspect;

/**
 * A pool: its capacity, and how many of its blocks are in use by the scan.
 *
 * @param tag empty for a pool of any tag
 * @param live blocks in use
 * @param slack bytes of blocks in use beyond what was requested
 * @param whenEmpty next or refuse
 */
public record PoolRow(
        int pool,
        String tag,
        long blockSize,
        long capacity,
        long live,
        long free,
        long bytes,
        long slack,
        long peak,
        long refused,
        String whenEmpty) {}
