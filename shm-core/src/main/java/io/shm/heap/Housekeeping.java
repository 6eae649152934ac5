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
        flushParticipant(cache, nowMs);
        cache.tags.flush((tag, a, f, b, fb, blocks, bytes) ->
                totals.add(map.tagAt(tag) + TagLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes));
        cache.pools.flush((pool, a, f, b, fb, blocks, bytes) -> {
            long at = map.poolAt(pool);
            long inUse = totals.plus(at + PoolLayout.IN_USE_OFFSET, a - f);
            totals.raise(at + PoolLayout.PEAK_BLOCKS_OFFSET, inUse + blocks);
        });
    }

    /** Every block has one site, so the sites' news add up to the participant's. */
    private void flushParticipant(ThreadCache cache, long nowMs) {
        long[] sums = new long[4];
        cache.sites.flush((site, a, f, b, fb, blocks, bytes) -> {
            totals.add(map.siteAt(site) + SiteLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes);
            sums[0] += a;
            sums[1] += f;
            sums[2] += b;
            sums[3] += fb;
        });
        if ((sums[0] | sums[1] | sums[2] | sums[3]) == 0) {
            return;
        }
        long peakBlocks = cache.peakBlocks;
        long peakBytes = cache.peakBytes;
        totals.add(
                participantAt + ParticipantLayout.TOTALS_OFFSET,
                nowMs,
                sums[0],
                sums[1],
                sums[2],
                sums[3],
                peakBlocks > cache.seenPeakBlocks ? peakBlocks - cache.blocks : 0,
                peakBytes > cache.seenPeakBytes ? peakBytes - cache.bytes : 0);
        cache.seenPeakBlocks = peakBlocks;
        cache.seenPeakBytes = peakBytes;
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
