package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabWord;
import io.shm.ledger.LedgerScan;
import io.shm.memory.SharedMemory;

/** Where blocks lie: from a record to its slab, to how that is cut, and to the payload. Reads only; safe for any thread. */
final class BlockPlaces {
    private final SharedMemory memory;
    private final RegionMap map;
    private final SlabSource source;
    private final Pools pools;
    private final LedgerScan scan;

    BlockPlaces(SharedMemory memory, RegionMap map, SlabSource source, Pools pools, LedgerScan scan) {
        this.memory = memory;
        this.map = map;
        this.source = source;
        this.pools = pools;
        this.scan = scan;
    }

    int slabOf(long recordAt) {
        return (int) map.slabOf(recordAt);
    }

    int indexOf(long recordAt) {
        return RecordLayout.indexOf(map.slabAt(slabOf(recordAt)), recordAt);
    }

    /** How the blocks of a slab lie, by its word; null where it has none. */
    Geometry geometryOf(int slab, long slabWord) {
        int slabClass = SlabWord.slabClass(slabWord);
        if (SlabClass.isSizeClass(slabClass)) {
            return Geometry.ofClass(slabClass);
        }
        if (SlabClass.isPool(slabClass)) {
            Pool pool = pools.get(SlabClass.poolOf(slabClass));
            return pool == null ? null : pool.geometry();
        }
        return scan.another().slab(slab).geometry();
    }

    /** Where the payload of a block in use lies; 0 where its slab is damaged. */
    long payloadOf(long recordAt) {
        int slab = slabOf(recordAt);
        Geometry geometry = geometryOfLive(recordAt, source.wordOf(slab));
        int flags = RecordWords.flagsOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
        return geometry == null ? 0 : payloadAt(map.slabAt(slab) + geometry.blockAt(indexOf(recordAt)), flags);
    }

    /** How the blocks lie in the slab of a live one; null where its damaged word must not lead us into somebody's blocks. */
    Geometry geometryOfLive(long recordAt, long slabWord) {
        int slab = slabOf(recordAt);
        Geometry geometry = geometryOf(slab, slabWord);
        boolean isRight = SlabSource.stateOf(slabWord) != null
                && geometry != null
                && indexOf(recordAt) < geometry.count()
                && geometry.slabs() <= source.slabCount() - slab;
        return isRight ? geometry : null;
    }

    /** As the other, by the slab's word as it is now. */
    Geometry geometryOfLive(long recordAt) {
        return geometryOfLive(recordAt, source.wordOf(slabOf(recordAt)));
    }

    /** Bytes from a block's payload to its end. */
    long capacityOf(long recordAt, long payloadAt) {
        Geometry geometry = geometryOf(slabOf(recordAt), source.wordOf(slabOf(recordAt)));
        if (geometry == null) {
            return 0;
        }
        long blockAt = map.slabAt(slabOf(recordAt)) + geometry.blockAt(indexOf(recordAt));
        return geometry.blockBytes() - (payloadAt - blockAt);
    }

    static long payloadAt(long blockAt, long flags) {
        return (flags & Heap.FLAGS_MASK) == 0 ? blockAt : Geometry.align(blockAt, RecordWords.alignmentOf(flags));
    }
}
