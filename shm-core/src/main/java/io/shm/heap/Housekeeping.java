package io.shm.heap;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SiteLayout;
import io.shm.layout.TagLayout;
import io.shm.memory.SharedMemory;

/** Carries the counters of threads into the totals of the region. Used by one thread at a time. */
final class Housekeeping {
    private final SharedMemory memory;
    private final RegionMap map;
    private final long participantAt;
    private final TotalsTable totals;

    Housekeeping(SharedMemory memory, RegionMap map, int owner) {
        this.memory = memory;
        this.map = map;
        this.participantAt = RegionMap.participantAt(owner - 1);
        this.totals = new TotalsTable(memory);
    }

    void flush(ThreadCache cache, long nowMs) {
        memory.putLongRelease(participantAt + ParticipantLayout.HEARTBEAT_OFFSET, nowMs + 1);
        cache.all.flush((all, a, f, b, fb, blocks, bytes) ->
                totals.add(participantAt + ParticipantLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes));
        cache.sites.flush((site, a, f, b, fb, blocks, bytes) ->
                totals.add(map.siteAt(site) + SiteLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes));
        cache.tags.flush((tag, a, f, b, fb, blocks, bytes) ->
                totals.add(map.tagAt(tag) + TagLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes));
        cache.pools.flush((pool, a, f, b, fb, blocks, bytes) -> {
            long at = map.poolAt(pool);
            long inUse = totals.plus(at + PoolLayout.IN_USE_OFFSET, a - f);
            totals.raise(at + PoolLayout.PEAK_BLOCKS_OFFSET, inUse + blocks);
        });
    }

    /** Counts blocks that were freed for a participant that is gone. */
    static void countReclaimed(SharedMemory memory, RegionMap map, int site, int tag, long size, long nowMs) {
        TotalsTable totals = new TotalsTable(memory);
        if (site < map.siteCount()) {
            totals.add(map.siteAt(site) + SiteLayout.TOTALS_OFFSET, nowMs, 0, 1, 0, size, 0, 0);
        }
        if (tag < map.tagCount()) {
            totals.add(map.tagAt(tag) + TagLayout.TOTALS_OFFSET, nowMs, 0, 1, 0, size, 0, 0);
        }
    }
}
