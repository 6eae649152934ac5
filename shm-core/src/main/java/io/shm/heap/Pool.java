package io.shm.heap;

import io.shm.layout.Geometry;

/**
 * A pool as its table entry says, checked.
 *
 * @param tag 0 for a pool of any tag
 * @param firstSlab its runs are consecutive from here
 * @param slabs all of them; a multiple of {@code geometry.slabs()}
 * @param refuses whether a request is refused when the pool is empty, rather than served by the next larger class
 */
record Pool(
        int index,
        int tag,
        long blockBytes,
        long capacity,
        int firstSlab,
        int slabs,
        boolean refuses,
        Geometry geometry) {
    int runs() {
        return slabs / geometry.slabs();
    }

    /** First slab of a run. */
    int slabOf(int run) {
        return firstSlab + run * geometry.slabs();
    }

    /** Blocks that a run may use: all but in the last, which may have more records than the capacity needs. */
    int blocksOf(int run) {
        return (int) Math.min(geometry.count(), capacity - (long) run * geometry.count());
    }
}
