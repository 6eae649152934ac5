package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SiteLayout;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.layout.TagLayout;
import io.shm.layout.TotalsLayout;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Hints and counters against the records. They trail behind the truth by what threads have not carried over yet (100 ms)
 * and by the operation that each is in; so they are compared only where nobody is attached, and then they must be exact,
 * unless somebody was killed.
 */
final class CounterCheck {
    private final SharedMemory memory;
    private final RegionMap map;
    private final PoolCheck pools;
    private final Findings findings;
    private final List<Finding> hints = new ArrayList<>();
    private final long[] blocksOfSite;
    private final long[] bytesOfSite;
    private final long[] blocksOfTag;
    private final long[] bytesOfTag;
    private final long[] chargedOfTag;
    private final long[] blocksOfPool;

    /** Of the slab whose records come: groups with a free one; meant only where {@link #hinted}. */
    private long groups;

    private boolean hinted;
    private int slab;
    private int pool = -1;
    private long usable;
    private int groupSize = 1;

    CounterCheck(SharedMemory memory, RegionMap map, PoolCheck pools, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.pools = pools;
        this.findings = findings;
        this.blocksOfSite = new long[map.siteCount()];
        this.bytesOfSite = new long[map.siteCount()];
        this.blocksOfTag = new long[map.tagCount()];
        this.bytesOfTag = new long[map.tagCount()];
        this.chargedOfTag = new long[map.tagCount()];
        this.blocksOfPool = new long[map.poolCount()];
    }

    void startSlab(SlabView view) {
        endSlab();
        slab = view.slab();
        Geometry geometry = view.geometry();
        boolean ofPool =
                geometry != null && view.state() == SlabState.POOL && pools.isKnown(SlabClass.poolOf(view.slabClass()));
        pool = ofPool ? SlabClass.poolOf(view.slabClass()) : -1;
        hinted = view.state() == SlabState.PARTIAL || ofPool;
        usable = ofPool ? pools.usable(pool, slab) : Geometry.MAX_BLOCKS;
        groupSize = geometry == null ? 1 : (geometry.count() + 63) >>> 6;
        groups = 0;
    }

    /** A hint may promise too much; one that promises too little hides a free block. */
    private void endSlab() {
        if (hinted && groups != 0) {
            long at = map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET;
            long hint = memory.getLong(at);
            if ((groups & ~hint) != 0) {
                String evidence = "groups with free blocks=0x" + Long.toHexString(groups);
                hints.add(new Finding(Invariant.HINT, at, "slab", slab, -1, hint, groups, evidence));
            }
        }
    }

    void block(RecordView block, boolean used) {
        if (used) {
            chargedOfTag[block.tag()] += block.size();
            if ((block.flags() & RecordWords.UNCOUNTED) == 0) {
                blocksOfSite[block.site()]++;
                bytesOfSite[block.site()] += block.size();
                blocksOfTag[block.tag()]++;
                bytesOfTag[block.tag()] += block.size();
                if (pool >= 0) {
                    blocksOfPool[pool]++;
                }
            }
        } else if (hinted && block.isFree() && block.index() < usable) {
            groups |= 1L << (block.index() / groupSize);
        }
    }

    /** After the walk, where nobody was attached meanwhile. */
    void check() {
        endSlab();
        hints.forEach(findings::add);
        for (int site = 0; site < map.siteCount(); site++) {
            totals(map.siteAt(site) + SiteLayout.TOTALS_OFFSET, "site", site, blocksOfSite[site], bytesOfSite[site]);
        }
        for (int tag = 0; tag < map.tagCount(); tag++) {
            long at = map.tagAt(tag);
            totals(at + TagLayout.TOTALS_OFFSET, "tag", tag, blocksOfTag[tag], bytesOfTag[tag]);
            long used = memory.getLong(at + TagLayout.USED_OFFSET);
            if (memory.getLong(at + TagLayout.BUDGET_OFFSET) > 0 && used != chargedOfTag[tag]) {
                off(Invariant.USED, at + TagLayout.USED_OFFSET, "tag", tag, used, chargedOfTag[tag], "bytes");
            }
        }
        for (int its = 0; its < map.poolCount(); its++) {
            long at = map.poolAt(its) + PoolLayout.IN_USE_OFFSET;
            if (memory.getLong(at) != blocksOfPool[its]) {
                off(Invariant.TOTALS, at, "pool", its, memory.getLong(at), blocksOfPool[its], "blocks");
            }
        }
    }

    private void totals(long at, String place, int number, long blocks, long bytes) {
        long counted =
                memory.getLong(at + TotalsLayout.ALLOCATIONS_OFFSET) - memory.getLong(at + TotalsLayout.FREES_OFFSET);
        long countedBytes = memory.getLong(at + TotalsLayout.BYTES_ALLOCATED_OFFSET)
                - memory.getLong(at + TotalsLayout.BYTES_FREED_OFFSET);
        if (counted != blocks) {
            off(Invariant.TOTALS, at + TotalsLayout.FREES_OFFSET, place, number, counted, blocks, "blocks");
        }
        if (countedBytes != bytes) {
            off(Invariant.TOTALS, at + TotalsLayout.BYTES_FREED_OFFSET, place, number, countedBytes, bytes, "bytes");
        }
    }

    private void off(Invariant rule, long at, String place, int number, long counted, long truth, String unit) {
        String evidence = "counted=" + counted + " truth=" + truth + " " + unit;
        findings.add(rule, at, place, number, counted, truth, evidence);
    }
}
