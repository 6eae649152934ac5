package io.shm.heap;

import io.shm.layout.PoolLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SiteLayout;
import io.shm.layout.SlabClass;
import io.shm.layout.TagLayout;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;

/**
 * What a reclaimer has freed, by site, tag and pool: added to the region's totals at the end, for they are hints, and a CAS a
 * record would cost more than the record. For one thread.
 */
final class FreedTotals {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Tags tags;
    private final long nowMs;
    private final Tally ofSite = new Tally();
    private final Tally ofTag = new Tally();
    private final Tally ofPool = new Tally();
    private final Tally charged = new Tally();

    FreedTotals(SharedMemory memory, RegionMap map, Tags tags, long nowMs) {
        this.memory = memory;
        this.map = map;
        this.tags = tags;
        this.nowMs = nowMs;
    }

    /**
     * Blocks that are free now, alike in all but their size.
     *
     * @param site any number that a record has room for, as the tag
     * @param flags as {@link RecordWords#flagsOf}
     * @param bytes requested, of all together
     */
    void add(int slabClass, int site, int tag, int flags, long blocks, long bytes) {
        boolean tagged = tag != Tags.GENERAL && tag < map.tagCount();
        if (tagged) {
            charged.add(tag, blocks, bytes);
        }
        if ((flags & RecordWords.UNCOUNTED) != 0) {
            return;
        }
        if (site < map.siteCount()) {
            ofSite.add(site, blocks, bytes);
        }
        if (tagged) {
            ofTag.add(tag, blocks, bytes);
        }
        if (SlabClass.isPool(slabClass)) {
            ofPool.add(SlabClass.poolOf(slabClass), blocks, bytes);
        }
    }

    /** Dies half-way: totals, the pools' {@code IN_USE} and the budgets are off by what was not added. */
    void addUp() {
        TotalsTable totals = new TotalsTable(memory);
        ofSite.forEach((site, blocks, bytes) ->
                totals.add(map.siteAt(site) + SiteLayout.TOTALS_OFFSET, nowMs, 0, blocks, 0, bytes, 0, 0));
        ofTag.forEach((tag, blocks, bytes) ->
                totals.add(map.tagAt(tag) + TagLayout.TOTALS_OFFSET, nowMs, 0, blocks, 0, bytes, 0, 0));
        charged.forEach((tag, blocks, bytes) -> {
            if (tags.budget(tag) > 0) {
                tags.refund(tag, bytes);
            }
        });
        ofPool.forEach(
                (pool, blocks, bytes) -> memory.getAndAddLong(map.poolAt(pool) + PoolLayout.IN_USE_OFFSET, -blocks));
    }
}
