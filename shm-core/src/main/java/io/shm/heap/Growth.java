package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.SlabCount;
import io.shm.memory.SharedMemory;
import java.util.Locale;

/**
 * More slabs for a region that may grow: takes their space at the region's end, then raises the slab count by one CAS.
 *
 * <p>Threads and processes: any number. Of two that saw the same count both ask for the same space, which is taken once;
 * one raises the count, and the other searches what that gave before it takes more. A crash between the two steps leaves
 * space that the next one finds taken. Nobody waits for anybody.
 */
final class Growth {
    /** 64 MiB; until then a region doubles. */
    static final int LARGEST_STEP = 1024;

    private final SharedMemory memory;
    private final RegionMap map;
    private final MoreSpace space;
    private final long maximumBytes;
    private final int maximumSlabs;

    // What was refused last, and when: benign races, all they cost is one more try.
    private volatile String refusal = "";
    private int refusedSlabs = Integer.MAX_VALUE;
    private long refusedAt = -1;

    Growth(SharedMemory memory, RegionMap map, MoreSpace space) {
        this.memory = memory;
        this.map = map;
        this.space = space;
        this.maximumBytes = memory.getLong(HeaderLayout.MAXIMUM_SIZE_OFFSET);
        long slabs = (maximumBytes - map.slabAt(0)) >> Geometry.SLAB_SHIFT;
        this.maximumSlabs = (int) Math.max(0, Math.min(slabs, map.slabLimit()));
    }

    /** Slabs that the region may ever have. */
    int maximumSlabs() {
        return maximumSlabs;
    }

    /** Why it did not grow when it was last asked to; empty if it did, or cannot by design. */
    String refusal() {
        return refusal;
    }

    /**
     * More slabs at the region's end.
     *
     * @param slabs how many are needed
     * @param searched how many there were before the search that found no room: if there are more by now, another has
     *     grown the region meanwhile, and its slabs are to be searched first
     * @param nowMs coarse clock: what was refused is not tried again in the same tick
     * @return whether there are more than before: a search is worth while
     */
    boolean grow(int slabs, int searched, long nowMs) {
        long seen = SlabCount.word(memory);
        int count = SlabCount.of(memory, map);
        if (count > searched) {
            return true;
        }
        if (slabs > maximumSlabs - count) {
            refusal = maximumSlabs > count || isGrown() ? atMaximum(count) : "";
            return false;
        }
        if (nowMs == refusedAt && slabs >= refusedSlabs) {
            return false;
        }
        int wanted = Math.min(maximumSlabs - count, Math.max(slabs, Math.min(count, LARGEST_STEP)));
        String why = take(count, wanted);
        if (why != null && wanted > slabs) {
            wanted = slabs;
            why = take(count, wanted);
        }
        if (why != null) {
            refusal = why;
            refusedSlabs = slabs;
            refusedAt = nowMs;
            return false;
        }
        refusal = "";
        refusedAt = -1;
        // Lost to another: then its slabs are there to be searched.
        SlabCount.raise(memory, seen, count + wanted);
        return true;
    }

    private String take(int count, int more) {
        return space.take(map.slabAt(count), map.slabAt(count + more));
    }

    /** Whether it was made to grow, and has. */
    private boolean isGrown() {
        return maximumBytes > memory.getLong(HeaderLayout.MAPPED_SIZE_OFFSET);
    }

    private String atMaximum(int count) {
        return String.format(
                Locale.ROOT,
                "its maximum is %,d bytes, of which %,d are in use by slabs and tables",
                maximumBytes,
                map.slabAt(count));
    }
}
