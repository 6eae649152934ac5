package io.shm.inspect;

/**
 * A stretch of a region that is of one kind; all of them together are the region, without gaps.
 *
 * @param kind a table's name, {@code slab}, {@code pool}, {@code large}, {@code free}, {@code forming}, {@code
 *     quarantined} or {@code tail}
 * @param slab the first slab, -1 for a stretch without; slabs, how many
 * @param state of the slab, in lower case; empty for a stretch without
 * @param blockSize bytes of each block's place, 0 where there are none
 * @param capacity how many blocks there are, used or not
 * @param blocks how many are in use; live, requested bytes of these
 * @param quarantined blocks that are out of use or damaged
 * @param owner of the slab, or of a large block; null if nobody is
 * @param tag of the pool, or of a large block; empty for none
 */
public record Extent(
        String kind,
        long offset,
        long bytes,
        int slab,
        int slabs,
        String state,
        long blockSize,
        long capacity,
        long blocks,
        long live,
        long quarantined,
        ProcessInfo owner,
        String tag) {}
