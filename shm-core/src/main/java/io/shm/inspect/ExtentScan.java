package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Cuts a region into stretches, in the order of their offsets, in one walk. Free slabs side by side are one stretch, and
 * so are others without blocks that are of one kind; each slab or run with blocks is one of its own.
 */
final class ExtentScan implements LedgerScan.Visitor {
    private static final int NONE = -1;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Names names;
    private final Processes processes;
    private final Consumer<Extent> action;

    /** The stretch that is being added up: it is shown when the next one begins. */
    private String kind = "";

    private String state = "";
    private int slab;
    private int slabs;
    private Geometry geometry;
    private int pool;
    private long blocks;
    private long live;
    private long quarantined;
    private ProcessInfo owner;
    private String tag = "";
    /** Slabs behind damage that are tails of nobody knows what. */
    private boolean behindDamage;

    ExtentScan(SharedMemory memory, RegionMap map, Names names, Processes processes, Consumer<Extent> action) {
        this.memory = memory;
        this.map = map;
        this.names = names;
        this.processes = processes;
        this.action = action;
    }

    /** @param mapped bytes that the region has at least, as seen after the count of slabs */
    void run(LedgerScan scan, int slabCount, long mapped) {
        tables();
        scan.forEach(slabCount, this);
        show();
        long end = map.slabAt(slabCount);
        if (mapped > end) {
            bare("tail", end, mapped);
        }
    }

    private void tables() {
        bare("header", 0, RegionMap.participantAt(0));
        bare("participants", RegionMap.participantAt(0), map.processAt(0));
        bare("history", map.processAt(0), map.rootAt(0));
        bare("roots", map.rootAt(0), map.typeAt(0));
        bare("types", map.typeAt(0), map.tagAt(0));
        bare("tags", map.tagAt(0), map.poolAt(0));
        bare("pools", map.poolAt(0), map.siteAt(0));
        bare("sites", map.siteAt(0), map.textsAt());
        bare("texts", map.textsAt(), map.faultAt(0));
        bare("faults", map.faultAt(0), map.scopeAt(0));
        bare("scopes", map.scopeAt(0), map.slabEntryAt(0));
        bare("slab-table", map.slabEntryAt(0), map.slabAt(0));
    }

    private void bare(String what, long from, long to) {
        if (to > from) {
            action.accept(new Extent(what, from, to - from, NONE, 0, "", 0, 0, 0, 0, 0, null, ""));
        }
    }

    @Override
    public void slab(SlabView view) {
        String found = kindOf(view);
        String foundState =
                view.state() == null ? "damaged" : view.state().name().toLowerCase(Locale.ROOT);
        behindDamage = found.equals("quarantined");
        if (view.geometry() == null && geometry == null && found.equals(kind) && foundState.equals(state)) {
            slabs += view.slabs();
            return;
        }
        show();
        kind = found;
        state = foundState;
        slab = view.slab();
        slabs = view.slabs();
        geometry = view.geometry();
        pool = SlabClass.isPool(view.slabClass()) ? SlabClass.poolOf(view.slabClass()) : NONE;
        blocks = 0;
        live = 0;
        quarantined = 0;
        owner = view.state() == null || found.equals("free") ? null : processes.inSlot(view.owner() - 1);
        tag = geometry == null || pool < 0 || pool >= map.poolCount()
                ? ""
                : names.tag(memory.getInt(map.poolAt(pool) + PoolLayout.TAG_OFFSET));
    }

    private String kindOf(SlabView view) {
        SlabState is = view.state();
        if (is == null || is == SlabState.QUARANTINE || (is == SlabState.TAIL && behindDamage)) {
            return "quarantined";
        }
        if (is == SlabState.FREE) {
            return "free";
        }
        if (view.geometry() == null) {
            return "forming";
        }
        return switch (is) {
            case POOL -> "pool";
            case LARGE -> "large";
            default -> "slab";
        };
    }

    @Override
    public void block(SlabView view, RecordView block) {
        BlockState is = block.state();
        if (is == null || is == BlockState.QUARANTINE) {
            quarantined++;
        } else if (block.isUsed()) {
            blocks++;
            live += block.size();
            if (kind.equals("large")) {
                owner = processes.inSlot(block.owner() - 1);
                tag = names.tag(block.tag());
            }
        }
    }

    private void show() {
        if (kind.isEmpty()) {
            return;
        }
        action.accept(new Extent(
                kind,
                map.slabAt(slab),
                (long) slabs << Geometry.SLAB_SHIFT,
                slab,
                slabs,
                state,
                geometry == null ? 0 : geometry.blockBytes(),
                geometry == null ? 0 : geometry.count(),
                blocks,
                live,
                quarantined,
                owner,
                tag));
    }
}
