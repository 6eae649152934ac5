package io.shm.heap;

import io.shm.error.CorruptRegionException;
import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.SlabStates;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pools of a region: fixed sets of blocks that every process allocates from directly.
 *
 * <p>A pool's slabs have no owner, or one process would starve another of an exact capacity; so a record is reserved by
 * one CAS, filled in, and committed by another. The 64-bit hint of a slab has a bit for each group of records that may
 * have a free one: a bit is set after each free, and cleared by whoever finds the group empty and then looks once more.
 *
 * <p>A process that dies between freeing a record and setting the bit hides the record from the hint; so before a pool
 * is called empty all its records are read, unless that was in vain in this tick of the coarse clock already.
 */
final class Pools {
    private static final Pool[] NONE = {};

    private final SharedMemory memory;
    private final RegionMap map;
    private final List<Pool> all;
    private final Pool[] ofAnyTag;
    private final Map<Integer, Pool[]> ofTag = new HashMap<>();
    private final long[] lastFullLook;

    Pools(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
        this.all = read(memory, map);
        this.lastFullLook = new long[all.size()];
        Arrays.fill(lastFullLook, -1);
        List<Pool> general = new ArrayList<>();
        Map<Integer, List<Pool>> tagged = new HashMap<>();
        for (Pool pool : all) {
            (pool.tag() == Tags.GENERAL ? general : tagged.computeIfAbsent(pool.tag(), t -> new ArrayList<>()))
                    .add(pool);
        }
        Comparator<Pool> bySize = Comparator.comparingLong(Pool::blockBytes);
        general.sort(bySize);
        ofAnyTag = general.toArray(NONE);
        for (Map.Entry<Integer, List<Pool>> entry : tagged.entrySet()) {
            entry.getValue().sort(bySize);
            ofTag.put(entry.getKey(), entry.getValue().toArray(NONE));
        }
    }

    /** Lays out pools in a new region, from slab 0; the region has been found large enough. */
    static void create(SharedMemory memory, RegionMap map, Tags tags, List<PoolSpec> specs) {
        int slab = 0;
        for (int index = 0; index < specs.size(); index++) {
            PoolSpec spec = specs.get(index);
            Geometry geometry = Geometry.forBlocks(spec.blockBytes());
            long at = map.poolAt(index);
            memory.putInt(at + PoolLayout.TAG_OFFSET, tags.idOf(spec.tag()));
            memory.putInt(at + PoolLayout.WHEN_EMPTY_OFFSET, spec.refuses() ? 1 : 0);
            memory.putLong(at + PoolLayout.BLOCK_SIZE_OFFSET, spec.blockBytes());
            memory.putLong(at + PoolLayout.CAPACITY_OFFSET, spec.count());
            memory.putInt(at + PoolLayout.FIRST_SLAB_OFFSET, slab);
            int slabs = (int) slabsOf(spec);
            memory.putInt(at + PoolLayout.SLABS_OFFSET, slabs);
            for (int end = slab + slabs; slab < end; slab += geometry.slabs()) {
                SlabSource.format(memory, map.slabAt(slab), slab, SlabClass.ofPool(index), geometry);
                for (int i = 0; i < geometry.slabs(); i++) {
                    long entryAt = map.slabEntryAt(slab + i);
                    memory.putInt(entryAt + SlabLayout.RUN_OFFSET, i == 0 ? geometry.slabs() : 0);
                    memory.putInt(entryAt + SlabLayout.HEAD_OFFSET, slab);
                    memory.putLong(entryAt + SlabLayout.HINT_OFFSET, i == 0 ? -1L : 0);
                    memory.putLong(
                            entryAt + SlabLayout.WORD_OFFSET, i == 0 ? SlabStates.pool(index) : SlabStates.poolTail());
                }
            }
        }
    }

    /** Slabs that a pool takes. */
    static long slabsOf(PoolSpec spec) {
        Geometry geometry = Geometry.forBlocks(spec.blockBytes());
        long runs = Math.addExact(spec.count(), geometry.count() - 1) / geometry.count();
        return Math.multiplyExact(runs, (long) geometry.slabs());
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    Pool get(int index) {
        return index < all.size() ? all.get(index) : null;
    }

    /** The pools that serve a tag, smallest blocks first: its own, or those of any tag if it has none. */
    Pool[] serving(int tag) {
        Pool[] own = tag == Tags.GENERAL ? null : ofTag.get(tag);
        return own == null ? ofAnyTag : own;
    }

    /**
     * Reserves a block of the pool for the owner.
     *
     * @return the record's offset, or -1 if the pool is empty
     */
    long reserve(Pool pool, int owner, long generation, long first, long nowMs) {
        if (first != 0 && reserveAt(first, owner, generation)) {
            return first;
        }
        int runs = pool.runs();
        int start = (int) Long.remainderUnsigned(generation, runs);
        for (int i = 0; i < runs; i++) {
            long found = reserveByHint(pool, start + i < runs ? start + i : start + i - runs, owner, generation);
            if (found >= 0) {
                return found;
            }
        }
        if (lastFullLook[pool.index()] == nowMs) {
            return -1;
        }
        for (int run = 0; run < runs; run++) {
            long found = reserveAmong(pool, run, 0, pool.blocksOf(run), owner, generation);
            if (found >= 0) {
                return found;
            }
        }
        lastFullLook[pool.index()] = nowMs;
        return -1;
    }

    /** Says where a record has become free; after its free has committed. */
    void hint(int slab, int index, Geometry geometry) {
        memory.getAndBitwiseOrLong(
                map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, 1L << SlabCache.group(index, geometry.count()));
    }

    private long reserveByHint(Pool pool, int run, int owner, long generation) {
        int slab = pool.slabOf(run);
        long hintAt = map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET;
        int size = SlabCache.groupSize(pool.geometry().count());
        int blocks = pool.blocksOf(run);
        long hint = memory.getLongVolatile(hintAt);
        while (hint != 0) {
            int group = Long.numberOfTrailingZeros(hint);
            long bit = 1L << group;
            int from = group * size;
            int to = Math.min(blocks, from + size);
            long found = reserveAmong(pool, run, from, to, owner, generation);
            if (found < 0 && clear(hintAt, bit)) {
                found = reserveAmong(pool, run, from, to, owner, generation);
                if (found >= 0) {
                    memory.getAndBitwiseOrLong(hintAt, bit);
                }
            }
            if (found >= 0) {
                return found;
            }
            hint &= ~bit;
        }
        return -1;
    }

    private boolean clear(long hintAt, long bit) {
        long seen;
        do {
            seen = memory.getLongVolatile(hintAt);
        } while (!memory.compareAndSetLong(hintAt, seen, seen & ~bit));
        return true;
    }

    private long reserveAmong(Pool pool, int run, int from, int to, int owner, long generation) {
        long slabAt = map.slabAt(pool.slabOf(run));
        for (int index = from; index < to; index++) {
            long recordAt = RecordLayout.recordAt(slabAt, index);
            if (reserveAt(recordAt, owner, generation)) {
                return recordAt;
            }
        }
        return -1;
    }

    private boolean reserveAt(long recordAt, int owner, long generation) {
        long word = memory.getLongAcquire(recordAt);
        return BlockStates.is(word, BlockState.FREE) && BlockStates.reserve(memory, recordAt, word, owner, generation);
    }

    private static List<Pool> read(SharedMemory memory, RegionMap map) {
        List<Pool> pools = new ArrayList<>();
        for (int index = 0; index < map.poolCount(); index++) {
            long at = map.poolAt(index);
            int tag = memory.getInt(at + PoolLayout.TAG_OFFSET);
            long blockBytes = memory.getLong(at + PoolLayout.BLOCK_SIZE_OFFSET);
            long capacity = memory.getLong(at + PoolLayout.CAPACITY_OFFSET);
            int first = memory.getInt(at + PoolLayout.FIRST_SLAB_OFFSET);
            int slabs = memory.getInt(at + PoolLayout.SLABS_OFFSET);
            if (blockBytes < 1 || blockBytes > memory.size() || capacity < 1) {
                throw damaged(index);
            }
            Geometry geometry = Geometry.forBlocks(blockBytes);
            if (tag < 0
                    || tag >= map.tagCount()
                    || first < 0
                    || slabs < 1
                    || (long) first + slabs > map.slabLimit()
                    || map.slabAt(first + slabs) > memory.size()
                    || slabs % geometry.slabs() != 0
                    || capacity > (long) slabs / geometry.slabs() * geometry.count()
                    || capacity <= ((long) slabs / geometry.slabs() - 1) * geometry.count()) {
                throw damaged(index);
            }
            boolean refuses = memory.getInt(at + PoolLayout.WHEN_EMPTY_OFFSET) == 1;
            pools.add(new Pool(index, tag, blockBytes, capacity, first, slabs, refuses, geometry));
        }
        return pools;
    }

    private static CorruptRegionException damaged(int index) {
        return new CorruptRegionException("corrupt region: entry " + index + " of the pool table contradicts itself");
    }
}
