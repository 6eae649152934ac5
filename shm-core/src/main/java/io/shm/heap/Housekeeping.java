package io.shm.heap;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SiteLayout;
import io.shm.layout.TagLayout;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;

/**
 * Carries the counters of threads into the totals of the region. Used by one thread at a time.
 *
 * <p>Every block has one site, so the sites' news add up to the participant's, and what is left of that without the
 * named tags is the general tag's. Their peaks are as high as what is seen at each flush; the participant's is also as
 * high as its highest site's, and so is the general tag's where no other tag has news.
 */
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
        Sum all = new Sum();
        cache.sites.flush((site, a, f, b, fb, blocks, bytes) -> {
            totals.add(map.siteAt(site) + SiteLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes);
            all.add(a, f, b, fb, blocks, bytes);
        });
        if (all.isZero()) {
            return;
        }
        all.addTo(participantAt + ParticipantLayout.TOTALS_OFFSET, nowMs);
        cache.tags.flush((tag, a, f, b, fb, blocks, bytes) -> {
            totals.add(map.tagAt(tag) + TagLayout.TOTALS_OFFSET, nowMs, a, f, b, fb, blocks, bytes);
            all.subtract(a, f, b, fb);
        });
        if (!all.isZero()) {
            all.addTo(map.tagAt(Tags.GENERAL) + TagLayout.TOTALS_OFFSET, nowMs);
        }
        cache.pools.flush((pool, a, f, b, fb, blocks, bytes) -> {
            long at = map.poolAt(pool);
            long inUse = totals.plus(at + PoolLayout.IN_USE_OFFSET, a - f);
            totals.raise(at + PoolLayout.PEAK_BLOCKS_OFFSET, inUse + blocks);
        });
    }

    /** News of several sites or tags together. */
    private final class Sum {
        private long allocations;
        private long frees;
        private long bytes;
        private long freedBytes;
        private long blocksAbove;
        private long bytesAbove;

        void add(long a, long f, long b, long fb, long above, long aboveBytes) {
            allocations += a;
            frees += f;
            bytes += b;
            freedBytes += fb;
            blocksAbove = Math.max(blocksAbove, above);
            bytesAbove = Math.max(bytesAbove, aboveBytes);
        }

        /** Takes a named tag's news out; which site's peak was whose is not known then. */
        void subtract(long a, long f, long b, long fb) {
            blocksAbove = 0;
            bytesAbove = 0;
            allocations -= a;
            frees -= f;
            bytes -= b;
            freedBytes -= fb;
        }

        boolean isZero() {
            return (allocations | frees | bytes | freedBytes) == 0;
        }

        void addTo(long totalsAt, long nowMs) {
            totals.add(totalsAt, nowMs, allocations, frees, bytes, freedBytes, blocksAbove, bytesAbove);
        }
    }
}
