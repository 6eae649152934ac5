package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.memory.SharedMemory;

/** The table of pools. Knows which pool's a slab is; pools whose entry contradicts itself have none. */
final class PoolCheck {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Findings findings;
    private final int count;
    private final int[] tag;
    private final int[] first;
    private final int[] slabs;
    private final long[] capacity;
    private final Geometry[] geometry;
    /** Slabs before this one may be pools'. */
    private int end;

    PoolCheck(SharedMemory memory, RegionMap map, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.findings = findings;
        this.count = map.poolCount();
        this.tag = new int[count];
        this.first = new int[count];
        this.slabs = new int[count];
        this.capacity = new long[count];
        this.geometry = new Geometry[count];
    }

    void check() {
        for (int pool = 0; pool < count; pool++) {
            String problem = read(pool);
            for (int other = 0; problem == null && other < pool; other++) {
                if (geometry[other] != null
                        && first[pool] < first[other] + slabs[other]
                        && first[other] < first[pool] + slabs[pool]) {
                    problem = "its slabs are also those of pool " + other;
                }
            }
            if (problem == null) {
                end = Math.max(end, first[pool] + slabs[pool]);
            } else {
                geometry[pool] = null;
                long at = map.poolAt(pool);
                findings.add(Invariant.POOL_ENTRY, at, "pool", pool, memory.getLong(at), 0, problem);
            }
        }
    }

    private String read(int pool) {
        long at = map.poolAt(pool);
        tag[pool] = memory.getInt(at + PoolLayout.TAG_OFFSET);
        first[pool] = memory.getInt(at + PoolLayout.FIRST_SLAB_OFFSET);
        slabs[pool] = memory.getInt(at + PoolLayout.SLABS_OFFSET);
        capacity[pool] = memory.getLong(at + PoolLayout.CAPACITY_OFFSET);
        long blockBytes = memory.getLong(at + PoolLayout.BLOCK_SIZE_OFFSET);
        int whenEmpty = memory.getInt(at + PoolLayout.WHEN_EMPTY_OFFSET);
        if (blockBytes < 1 || blockBytes > memory.size() || capacity[pool] < 1) {
            return "a size of " + blockBytes + " and a count of " + capacity[pool] + " are no pool";
        }
        if (tag[pool] < 0 || tag[pool] >= map.tagCount() || whenEmpty < 0 || whenEmpty > 1) {
            return "its tag is " + tag[pool] + " of " + map.tagCount() + ", its choice when empty " + whenEmpty;
        }
        geometry[pool] = Geometry.forBlocks(blockBytes);
        long runs = slabs[pool] / geometry[pool].slabs();
        boolean fits = first[pool] >= 0
                && slabs[pool] >= 1
                && (long) first[pool] + slabs[pool] <= map.slabLimit()
                && map.slabAt(first[pool] + slabs[pool]) <= memory.size()
                && slabs[pool] % geometry[pool].slabs() == 0
                && capacity[pool] <= runs * geometry[pool].count()
                && capacity[pool] > (runs - 1) * geometry[pool].count();
        if (fits) {
            return null;
        }
        geometry[pool] = null;
        return capacity[pool] + " blocks of " + blockBytes + " bytes are not in slabs " + first[pool] + " to "
                + ((long) first[pool] + slabs[pool] - 1);
    }

    /** The pool that a slab is of, by the table; -1 if none. */
    int of(int slab) {
        if (slab >= end) {
            return -1;
        }
        for (int pool = 0; pool < count; pool++) {
            if (geometry[pool] != null && slab >= first[pool] && slab < first[pool] + slabs[pool]) {
                return pool;
            }
        }
        return -1;
    }

    int count() {
        return count;
    }

    /** Of any number. */
    boolean isKnown(int pool) {
        return pool >= 0 && pool < count && geometry[pool] != null;
    }

    int tag(int pool) {
        return tag[pool];
    }

    /** First slab of the run that a slab of a pool is in. */
    int headOf(int pool, int slab) {
        return slab - (slab - first[pool]) % geometry[pool].slabs();
    }

    int runOf(int pool) {
        return geometry[pool].slabs();
    }

    /** How many of a run's records the pool uses; those behind are spare. */
    long usable(int pool, int head) {
        long before = (long) (head - first[pool]) / geometry[pool].slabs() * geometry[pool].count();
        return Math.min(geometry[pool].count(), capacity[pool] - before);
    }
}
