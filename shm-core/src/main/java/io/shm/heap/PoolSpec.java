package io.shm.heap;

/**
 * A pool to be made with a region: so many blocks of exactly so many bytes.
 *
 * @param tag empty for a pool that serves every tag
 * @param refuses what happens when it is empty: true, the request is refused; false, the next larger pool or class
 */
public record PoolSpec(String tag, long blockBytes, long count, boolean refuses) {
    public PoolSpec {
        if (blockBytes < 1 || count < 1) {
            throw new IllegalArgumentException(
                    "a pool has at least 1 block of at least 1 byte, not " + count + " of " + blockBytes);
        }
    }
}
