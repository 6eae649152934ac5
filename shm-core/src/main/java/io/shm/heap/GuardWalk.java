package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabHeaderLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Goes round the region for as long as it is open, a slice at a time, and looks for damage that no free would find: beside
 * blocks that are never freed, in records, at the beginning of slabs. Also for blocks whose cell was stored over. Every process has
 * a walk of its own.
 *
 * <p>Reads the region, writes to the fault log alone. For one thread. What others do meanwhile is no damage: a guard counts
 * only if its block is in the same life before and after, a record only if it was so a round ago.
 */
final class GuardWalk {
    /** Records of a slice; some ten microseconds for a thousand. */
    private static final int SLICE = 4096;
    /** What this walk has told or suspects, at most; then it starts anew, and the log knows what it has. */
    private static final int MOST_KEPT = 10_000;

    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;
    private final GuardCheck guards;
    private final OverwrittenReferences references;
    private final Faults faults;

    private int slab;
    private int index;
    private final Set<Long> told = new HashSet<>();
    private final Map<Long, Long> suspects = new HashMap<>();

    GuardWalk(
            SharedMemory memory,
            RegionMap map,
            LedgerScan scan,
            GuardCheck guards,
            OverwrittenReferences references,
            Faults faults) {
        this.memory = memory;
        this.map = map;
        this.scan = scan;
        this.guards = guards;
        this.references = references;
        this.faults = faults;
    }

    /** The next slice; short of a whole round, however small the region is. Whether it has come to the region's end. */
    boolean slice() {
        int left = SLICE;
        while (left > 0) {
            if (slab >= scan.slabCount()) {
                slab = 0;
                index = 0;
                return true;
            }
            SlabView view = scan.slab(slab);
            Geometry geometry = view.geometry();
            if (geometry == null) {
                next(view.slabs());
                left--;
                continue;
            }
            if (index == 0) {
                header(view);
            }
            int slabs = view.slabs();
            long word = view.word();
            long slabAt = map.slabAt(slab);
            // The view is read again with each record: when the slab has become something else, this round passes it
            // by.
            for (; index < geometry.count() && view.word() == word && left > 0; index++, left--) {
                record(view, geometry, slabAt, word);
            }
            if (index >= geometry.count() || view.word() != word) {
                next(slabs);
            }
        }
        return false;
    }

    private void next(int slabs) {
        slab += slabs;
        index = 0;
    }

    private void record(SlabView view, Geometry geometry, long slabAt, long slabWord) {
        long word = memory.getLongAcquire(RecordLayout.recordAt(slabAt, index));
        if (BlockStates.is(word, BlockState.FREE)) {
            return;
        }
        RecordView block = scan.block(slab, index);
        if (block == null || block.moved() || view.word() != slabWord) {
            return;
        }
        if (block.damaged()) {
            suspect(block);
            return;
        }
        if (block.state() == BlockState.HELD) {
            references.check(block);
        }
        if (block.isUsed()
                && !guards.isWhole(block, slabAt, geometry)
                && !told.contains(keyOf(block))
                && guards.report(block, block.word(), slabAt, geometry)) {
            remember(block);
        }
    }

    /** It may be something else by now than the slab's word said; so it is damaged if it is still so in the next round. */
    private void suspect(RecordView block) {
        Long before = suspects.put(block.recordAt(), block.word());
        if (before != null && before == block.word() && remember(block)) {
            faults.damagedRecord(block);
        }
        if (suspects.size() > MOST_KEPT) {
            suspects.clear();
        }
    }

    /** Whether it was not known yet. */
    private boolean remember(RecordView block) {
        if (told.size() > MOST_KEPT) {
            told.clear();
        }
        return told.add(keyOf(block));
    }

    private static long keyOf(RecordView block) {
        return block.recordAt() * 31 + block.word();
    }

    /** What a slab begins with: damaged by whoever wrote beyond the slab before, and then next its records are. */
    private void header(SlabView view) {
        long slabAt = map.slabAt(slab);
        long canary = memory.getLong(slabAt + SlabHeaderLayout.CANARY_OFFSET);
        long word = view.word();
        SharedMemory.loadLoadFence();
        if (canary != SlabHeaderLayout.canary(slab)
                && memory.getLongAcquire(map.slabEntryAt(slab)) == word
                && told.add(slabAt)) {
            faults.write(Fault.of(FaultKind.DAMAGED_RECORD)
                    .place(slabAt, 0, 0, 0)
                    .observed(SlabHeaderLayout.canary(slab), canary));
        }
    }
}
