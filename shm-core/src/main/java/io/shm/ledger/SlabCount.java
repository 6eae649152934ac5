package io.shm.ledger;

import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;

/**
 * How many slabs a region has in use: one word, which only rises.
 *
 * <pre>
 * n --raise--> more
 * </pre>
 *
 * It is a bound and no more: every slab up to the maximum has had its word FREE since the region was made, and what is in
 * a slab is told by that. So whoever reads an old count misses free slabs, and nothing else.
 */
public final class SlabCount {
    private SlabCount() {}

    /** Slabs in use: what the header says, as far as the memory is backed. Any word there is safe. */
    public static int of(SharedMemory memory, RegionMap map) {
        // Pairs with raise: a count that is seen has its space taken.
        long count = memory.getLongAcquire(HeaderLayout.SLAB_COUNT_OFFSET);
        int most = (int) Math.max(0, Math.min(count, map.slabLimit()));
        long backed = memory.sizeFor(map.slabAt(most));
        return (int) Math.max(0, Math.min(most, (backed - map.slabAt(0)) >> Geometry.SLAB_SHIFT));
    }

    /** The word itself, for {@link #raise}; may be damaged. */
    public static long word(SharedMemory memory) {
        return memory.getLongAcquire(HeaderLayout.SLAB_COUNT_OFFSET);
    }

    /**
     * n → more, by anyone who has taken the space for so many; false if another was first.
     *
     * <p>Whoever dies before has made the file longer than the count says: that space counts as the region's tail, and is
     * found taken by the next that grows. After it nothing is left to do.
     */
    public static boolean raise(SharedMemory memory, long seen, int slabs) {
        return memory.compareAndSetLong(HeaderLayout.SLAB_COUNT_OFFSET, seen, slabs);
    }
}
