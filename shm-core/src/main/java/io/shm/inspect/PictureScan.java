package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;

/**
 * Adds up one walk through the ledger, in arrays by site, tag, owner and pool.
 *
 * <p>Each slab, run and record adds exactly its own bytes to one part, whatever its words say: so the parts add up
 * also when the region is damaged, and while others work.
 */
final class PictureScan implements LedgerScan.Visitor {
    private static final int OWNERS = 256;

    final long[] blocksOfSite;
    final long[] bytesOfSite;
    final long[] blocksOfTag;
    final long[] bytesOfTag;
    final long[] blocksOfOwner = new long[OWNERS];
    final long[] bytesOfOwner = new long[OWNERS];
    final long[] slabsOfOwner = new long[OWNERS];
    final long[] blocksOfPool = new long[SlabClass.POOLS_LIMIT];
    final long[] bytesOfPool = new long[SlabClass.POOLS_LIMIT];
    final long[] slackOfPool = new long[SlabClass.POOLS_LIMIT];

    /** Blocks of a pool that its capacity has not reached yet: records behind them are spare, for nobody. */
    private final long[] capacityLeft;

    long blocks;
    long moved;
    long damaged;

    private long ledger;
    private long overhead;
    private long live;
    private long slack;
    private long free;
    private long building;
    private long quarantined;

    /** Slabs visited so far: the count in the header may rise meanwhile. */
    private int slabs;

    private long blockBytes;
    /** The pool whose records follow, or -1. */
    private int pool;
    /** The slabs just visited are out of use, and so are the tails behind them. */
    private boolean behindDamage;

    private int freeSlabs;
    private int longestFreeSlabs;
    private long largestFreeBlock;

    PictureScan(SharedMemory memory, RegionMap map) {
        capacityLeft = new long[map.poolCount()];
        for (int i = 0; i < capacityLeft.length; i++) {
            capacityLeft[i] = memory.getLong(map.poolAt(i) + PoolLayout.CAPACITY_OFFSET);
        }
        blocksOfSite = new long[map.siteCount()];
        bytesOfSite = new long[map.siteCount()];
        blocksOfTag = new long[map.tagCount()];
        bytesOfTag = new long[map.tagCount()];
        ledger = map.slabTableBytes();
    }

    @Override
    public void slab(SlabView slab) {
        slabs += slab.slabs();
        if (slab.moved()) {
            moved++;
        }
        Geometry geometry = slab.geometry();
        freeSlabs = slab.state() == SlabState.FREE ? freeSlabs + 1 : 0;
        longestFreeSlabs = Math.max(longestFreeSlabs, freeSlabs);
        if (geometry == null) {
            wholeSlab(slab);
            return;
        }
        behindDamage = false;
        ledger += (long) geometry.count() * RecordLayout.LENGTH;
        overhead += geometry.overhead();
        blockBytes = geometry.blockBytes();
        pool = SlabClass.isPool(slab.slabClass()) ? SlabClass.poolOf(slab.slabClass()) : -1;
        slabsOfOwner[slab.owner()] += slab.slabs();
    }

    private void wholeSlab(SlabView slab) {
        SlabState state = slab.state();
        if (state == SlabState.FREE) {
            free += Geometry.SLAB_BYTES;
        } else if (state == null || state == SlabState.QUARANTINE || (state == SlabState.TAIL && behindDamage)) {
            quarantined += Geometry.SLAB_BYTES;
        } else {
            building += Geometry.SLAB_BYTES;
            slabsOfOwner[slab.owner()]++;
        }
        if (slab.damaged()) {
            damaged++;
        }
        behindDamage = state == null || state == SlabState.QUARANTINE || (state == SlabState.TAIL && behindDamage);
    }

    @Override
    public void block(SlabView slab, RecordView block) {
        if (block.moved()) {
            moved++;
        }
        BlockState state = block.state();
        boolean spare = pool >= 0 && pool < capacityLeft.length && --capacityLeft[pool] < 0;
        if (state == BlockState.FREE && spare) {
            overhead += blockBytes;
        } else if (state == BlockState.FREE) {
            free += blockBytes;
            largestFreeBlock = Math.max(largestFreeBlock, blockBytes);
        } else if (state == null || state == BlockState.QUARANTINE) {
            quarantined += blockBytes;
            damaged += state == null ? 1 : 0;
        } else if (state == BlockState.RESERVED) {
            building += blockBytes;
        } else {
            used(block);
        }
    }

    private void used(RecordView block) {
        // At most blockBytes: the view has checked it against the block's place.
        long size = block.size();
        live += size;
        slack += blockBytes - size;
        blocks++;
        int site = block.site() < blocksOfSite.length ? block.site() : 0;
        blocksOfSite[site]++;
        bytesOfSite[site] += size;
        int tag = block.tag() < blocksOfTag.length ? block.tag() : 0;
        blocksOfTag[tag]++;
        bytesOfTag[tag] += size;
        int owner = block.owner();
        blocksOfOwner[owner]++;
        bytesOfOwner[owner] += size;
        if (pool >= 0) {
            blocksOfPool[pool]++;
            bytesOfPool[pool] += size;
            slackOfPool[pool] += blockBytes - size;
        }
    }

    /**
     * Closes the books after the walk.
     *
     * @param mapped bytes of the mapping
     */
    Accounts accounts(RegionMap map, long mapped) {
        long header = map.tagAt(0) + (map.siteAt(0) - map.poolAt(0)) + (map.slabEntryAt(0) - map.faultAt(0));
        long tables = (map.poolAt(0) - map.tagAt(0)) + (map.faultAt(0) - map.siteAt(0));
        return new Accounts(
                header, tables, ledger, overhead, live, slack, free, building, quarantined, mapped - map.slabAt(slabs));
    }

    /** The largest block that could be allocated now: in free slabs side by side, or a free block of a slab in use. */
    long largestFree() {
        return longestFreeSlabs > 0
                ? Math.max(largestFreeBlock, Geometry.ofLarge(longestFreeSlabs).blockBytes())
                : largestFreeBlock;
    }
}
