package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.Finding;
import io.shm.ledger.Invariant;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The test's own book of references that were written over, and what the region must tell of them. */
final class Losses {
    /** Slices of the walk that are a whole round, twice. */
    private static final int ROUNDS = 4;

    /** Whoever has put something over a handle, by the handle. */
    private final Map<Long, Integer> authors = new HashMap<>();

    /** Deaths of those that were about to tell of a loss: each may have noted one that is in no log. */
    int deathsOfWitnesses;

    /** A block whose cell holds something else. */
    record Lost(long handle, long cell, int action, int process) {}

    void overwritten(long handle, int process) {
        Integer before = authors.put(handle, process);
        if (before != null) {
            throw new AssertionError("written over twice: " + Long.toHexString(handle));
        }
    }

    /** After the walk of one who stays: each is noted, once, with its author. */
    List<Lost> check(HeapFixture region, Heap walker) {
        for (int i = 0; i < ROUNDS; i++) {
            walker.lookForDamage();
        }
        List<Lost> all = find(region);
        int unnamed = 0;
        for (Lost lost : all) {
            assertThat(lost.action()).as("note of %s", lost).isEqualTo(BlockStates.OVERWRITTEN);
            Integer author = authors.get(lost.handle());
            if (author == null) {
                unnamed++;
            } else {
                assertThat(lost.process()).as("who wrote over %s", lost).isEqualTo(author);
            }
        }
        assertThat(unnamed).as("lost, and nobody has lived to say so: %s", all).isLessThanOrEqualTo(deathsOfWitnesses);
        checkLog(region, all, unnamed);
        return all;
    }

    private void checkLog(HeapFixture region, List<Lost> all, int unnamed) {
        long told = 0;
        long toldOfNobody = 0;
        for (Fault fault : new FaultLog(region.memory, region.map).read()) {
            if (fault.kind() == FaultKind.OVERWRITTEN_REF) {
                told += fault.count();
                toldOfNobody += fault.by().isKnown() ? 0 : fault.count();
            }
        }
        // One who was taking a block when its reference was written over may have it yet: that is told of, and nothing
        // lost.
        Set<Long> writtenOver = new HashSet<>(authors.keySet());
        all.forEach(lost -> writtenOver.add(lost.handle()));
        assertThat(told)
                .as("losses that are told of, of %s, of references written over by %s", all, authors)
                .isBetween((long) all.size() - deathsOfWitnesses, (long) writtenOver.size() + deathsOfWitnesses);
        int saved = writtenOver.size() - all.size();
        assertThat(toldOfNobody)
                .as("told of without an author, of %s", all)
                .isLessThanOrEqualTo(unnamed + saved + deathsOfWitnesses);
    }

    private static List<Lost> find(HeapFixture region) {
        List<Lost> all = new ArrayList<>();
        new LedgerScan(region.memory, region.map).forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (!block.damaged()
                        && block.state() == BlockState.HELD
                        && region.memory.getLong(block.cell()) != block.handle()) {
                    all.add(new Lost(block.handle(), block.cell(), block.action(), block.changedBy()));
                }
            }
        });
        return all;
    }

    /** The rule that they break, and no other. */
    static boolean isExpected(Finding finding, List<Lost> all) {
        return finding.rule() == Invariant.CELL_LOST && !all.isEmpty();
    }
}
