package io.shm.heap;

import io.shm.error.BudgetExceededException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.layout.Geometry;
import io.shm.layout.RegionMap;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.ProcessHistory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Explains a refused allocation: who holds most, from which line, and what is left. One scan; reads only. */
final class Shortage implements LedgerScan.Visitor {
    private static final int NAMED = 5;

    private final Sites sites;
    private final Tags tags;
    private final ProcessHistory history;
    private final LedgerScan scan;
    private final Pools pools;

    private final long[] bytesOfSite;
    private final Map<Integer, long[]> bytesOfProcess = new HashMap<>();
    private long live;
    private long freeBytes;
    private int freeRun;
    private int largestRun;

    Shortage(SharedMemory memory, RegionMap map, Sites sites, Tags tags, Pools pools, LedgerScan scan) {
        this.sites = sites;
        this.tags = tags;
        this.history = new ProcessHistory(memory, map);
        this.scan = scan;
        this.pools = pools;
        this.bytesOfSite = new long[map.siteCount()];
    }

    /** @param growth why the region did not grow; empty if there is nothing to say */
    RuntimeException refusal(long size, int tag, int site, String growth) {
        scan.forEach(this);
        largestRun = Math.max(largestRun, freeRun);
        long budget = tags.budget(tag);
        String wanted = String.format(
                Locale.ROOT,
                "no room for %,d bytes%s%s",
                size,
                tag == Tags.GENERAL ? "" : " of tag '" + tags.get(tag) + "'",
                site == 0 ? "" : " at " + sites.get(site));
        if (budget > 0 && size > budget - tags.used(tag)) {
            return new BudgetExceededException(String.format(
                    Locale.ROOT,
                    "%s: its budget of %,d bytes has %,d in use",
                    wanted,
                    budget,
                    Math.min(budget, tags.used(tag))));
        }
        String byPool = poolThatRefused(size, tag);
        return new OutOfSharedMemoryException(wanted
                + byPool
                + String.format(
                        Locale.ROOT,
                        ": %,d bytes are in use, %,d are free in blocks of other sizes, the largest free run is %,d bytes",
                        live,
                        freeBytes,
                        (long) largestRun << Geometry.SLAB_SHIFT)
                + (growth.isEmpty() || !byPool.isEmpty() ? "" : "; the region does not grow: " + growth)
                + sitesByBytes()
                + processesByBytes());
    }

    private String poolThatRefused(long size, int tag) {
        Pool[] serving = pools.serving(tag);
        for (Pool pool : serving) {
            if (pool.blockBytes() >= size && pool.refuses()) {
                return String.format(
                        Locale.ROOT,
                        ": the pool of %,d blocks of %,d bytes is empty and refuses",
                        pool.capacity(),
                        pool.blockBytes());
            }
        }
        boolean tooLarge = serving.length > 0 && serving[serving.length - 1].refuses() && tag != Tags.GENERAL;
        return tooLarge
                ? String.format(
                        Locale.ROOT,
                        ": the tag's pools have blocks of at most %,d bytes",
                        serving[serving.length - 1].blockBytes())
                : "";
    }

    @Override
    public void slab(SlabView slab) {
        if (slab.state() == SlabState.FREE) {
            freeRun++;
        } else {
            largestRun = Math.max(largestRun, freeRun);
            freeRun = 0;
        }
    }

    @Override
    public void block(SlabView slab, RecordView block) {
        if (block.damaged()) {
            return;
        }
        if (block.isFree()) {
            freeBytes += block.capacity();
        } else if (block.isUsed()) {
            live += block.size();
            bytesOfSite[block.site() < bytesOfSite.length ? block.site() : 0] += block.size();
            bytesOfProcess.computeIfAbsent(block.allocatedBy(), id -> new long[1])[0] += block.size();
        }
    }

    private String sitesByBytes() {
        Integer[] order = new Integer[bytesOfSite.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(bytesOfSite[b], bytesOfSite[a]));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(NAMED, order.length) && bytesOfSite[order[i]] > 0; i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s%,d by %s",
                    i == 0 ? "; most by site: " : ", ",
                    bytesOfSite[order[i]],
                    sites.get(order[i])));
        }
        return text.toString();
    }

    private String processesByBytes() {
        StringBuilder text = new StringBuilder();
        bytesOfProcess.entrySet().stream()
                .sorted((a, b) -> Long.compare(b.getValue()[0], a.getValue()[0]))
                .limit(NAMED)
                .forEach(entry -> text.append(String.format(
                        Locale.ROOT,
                        "%s%,d by %s",
                        text.length() == 0 ? "; by process: " : ", ",
                        entry.getValue()[0],
                        history.find(entry.getKey())
                                .map(p -> p.pid() + " (" + p.name() + ")")
                                .orElse("a forgotten one"))));
        return text.toString();
    }
}
