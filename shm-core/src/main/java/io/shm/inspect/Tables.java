package io.shm.inspect;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SiteLayout;
import io.shm.layout.TagLayout;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The rows of a picture: what the region's tables say beside what the walk has added up. */
final class Tables {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Clock clock;
    private final Names names;

    Tables(SharedMemory memory, RegionMap map, Clock clock, Names names) {
        this.memory = memory;
        this.map = map;
        this.clock = clock;
        this.names = names;
    }

    List<ProcessRow> processes(PictureScan scan, Processes processes) {
        List<ProcessRow> rows = new ArrayList<>();
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            ProcessInfo process = processes.inSlot(slot);
            if (process != null) {
                long totalsAt = RegionMap.participantAt(slot) + ParticipantLayout.TOTALS_OFFSET;
                rows.add(new ProcessRow(
                        slot,
                        process,
                        scan.blocksOfOwner[slot + 1],
                        scan.bytesOfOwner[slot + 1],
                        scan.slabsOfOwner[slot + 1],
                        clock.totals(memory, totalsAt)));
            }
        }
        return rows;
    }

    List<PoolRow> pools(PictureScan scan) {
        List<PoolRow> rows = new ArrayList<>();
        for (int pool = 0; pool < map.poolCount(); pool++) {
            long at = map.poolAt(pool);
            long capacity = memory.getLong(at + PoolLayout.CAPACITY_OFFSET);
            rows.add(new PoolRow(
                    pool,
                    names.tag(memory.getInt(at + PoolLayout.TAG_OFFSET)),
                    memory.getLong(at + PoolLayout.BLOCK_SIZE_OFFSET),
                    capacity,
                    scan.blocksOfPool[pool],
                    Math.max(0, capacity - scan.blocksOfPool[pool]),
                    scan.bytesOfPool[pool],
                    scan.slackOfPool[pool],
                    memory.getLong(at + PoolLayout.PEAK_BLOCKS_OFFSET),
                    memory.getLong(at + PoolLayout.REFUSED_OFFSET),
                    Codes.whenEmpty(memory.getInt(at + PoolLayout.WHEN_EMPTY_OFFSET))));
        }
        return rows;
    }

    /** Those that hold most first; sites that were never used are left out. */
    List<SiteRow> sites(PictureScan scan) {
        List<SiteRow> rows = new ArrayList<>();
        for (int site = 0; site < map.siteCount(); site++) {
            Totals totals = clock.totals(memory, map.siteAt(site) + SiteLayout.TOTALS_OFFSET);
            if (scan.blocksOfSite[site] != 0 || totals.allocations() != 0) {
                rows.add(new SiteRow(site, names.site(site), scan.blocksOfSite[site], scan.bytesOfSite[site], totals));
            }
        }
        rows.sort(Comparator.comparingLong(SiteRow::bytes)
                .reversed()
                .thenComparing(Comparator.comparingLong(SiteRow::blocks).reversed())
                .thenComparingInt(SiteRow::id));
        return rows;
    }

    /** In the order of their ids; tags that have a name or were used. */
    List<TagRow> tags(PictureScan scan) {
        List<TagRow> rows = new ArrayList<>();
        for (int tag = 0; tag < map.tagCount(); tag++) {
            long at = map.tagAt(tag);
            String name = names.tag(tag);
            Totals totals = clock.totals(memory, at + TagLayout.TOTALS_OFFSET);
            if (!name.isEmpty() || scan.blocksOfTag[tag] != 0 || totals.allocations() != 0) {
                rows.add(new TagRow(
                        tag,
                        name,
                        scan.blocksOfTag[tag],
                        scan.bytesOfTag[tag],
                        memory.getLong(at + TagLayout.BUDGET_OFFSET),
                        memory.getLong(at + TagLayout.REFUSED_OFFSET),
                        totals));
            }
        }
        return rows;
    }
}
