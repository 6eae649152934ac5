package io.shm.inspect;

import io.shm.layout.DisplacesWord;
import io.shm.layout.Handle;
import io.shm.layout.HoldersWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Cells;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RootNames;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.function.LongConsumer;

/** Cells and records in both directions: what a block says of its cell, and what a cell says of its block. */
final class CellCheck {
    private final SharedMemory memory;
    private final RegionMap map;
    private final SlotsInUse slots;
    private final Findings findings;
    private final LedgerScan scan;
    private final Types types;
    /** One object for all blocks. */
    private final LongConsumer innerCell = this::innerCell;

    /** Whether the block that is looked at is a queue: its cells have words that name no block. */
    private boolean inQueue;

    CellCheck(SharedMemory memory, RegionMap map, SlotsInUse slots, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.slots = slots;
        this.findings = findings;
        this.scan = new LedgerScan(memory, map);
        this.types = new Types(memory, map);
    }

    private void innerCell(long cell) {
        cell("cell", 0, cell);
    }

    void checkRoots() {
        inQueue = false;
        for (int root = 1; root < map.rootCount(); root++) {
            cell("root", root, RootNames.cellAt(map, root));
        }
    }

    /** A block in use whose record is sound. */
    void check(RecordView block) {
        int state = StateWord.state(block.word());
        if (state == BlockState.HELD.code() || state == BlockState.TAKE.code()) {
            held(block, state);
        } else if (state == BlockState.SHARED.code() || state == BlockState.PUBS.code()) {
            shared(block, state);
        } else if (state == BlockState.OFFER.code()) {
            offer(block);
        }
        if (block.type() != Types.NONE) {
            inQueue = ChannelBlock.TYPE.equals(types.get(block.type()));
            types.forEachCell(block.type(), block.payloadAt(), Math.min(block.size(), block.capacity()), innerCell);
        }
    }

    private void held(RecordView block, int state) {
        long cell = block.cell();
        if (!Cells.canLieAt(map, memory.size(), cell)) {
            broken(Invariant.CELL_PLACE, block, cell, "cell=" + cell);
            return;
        }
        long seen = memory.getLongAcquire(cell);
        if (state == BlockState.HELD.code()
                && seen != block.handle()
                && !BlockStates.isHolderFreed(block.changed())
                && !isDisplacing(seen, block)) {
            broken(Invariant.CELL_LOST, block, seen, "cell=" + cell + " holds=0x" + Long.toHexString(seen));
        }
    }

    /** Whether what is in the cell has just displaced the block, and is not settled yet: then that one will claim it. */
    private boolean isDisplacing(long handle, RecordView displaced) {
        long recordAt = Cells.isEmpty(handle) ? -1 : scan.recordAt(handle);
        if (recordAt < 0) {
            return false;
        }
        long changed = memory.getLong(recordAt + RecordLayout.CHANGED_OFFSET);
        return BlockStates.is(memory.getLongAcquire(recordAt), BlockState.PUB)
                && RecordWords.actionOf(changed) == BlockStates.DISPLACES
                && DisplacesWord.slab(changed) == displaced.slab()
                && DisplacesWord.index(changed) == displaced.index();
    }

    /** In PUBS the word is the owner's, who writes it after the state. */
    private void shared(RecordView block, int state) {
        long at = block.recordAt() + RecordLayout.CHANGED_OFFSET;
        long holders = memory.getLongAcquire(at);
        if (state != BlockState.SHARED.code()) {
            return;
        }
        if (!HoldersWord.isOf(holders, block.generation())) {
            broken(Invariant.CELL_PLACE, block, holders, "holders=0x" + Long.toHexString(holders));
            return;
        }
        if (HoldersWord.isInCell(holders) && !Cells.canLieAt(map, memory.size(), block.cell())) {
            broken(Invariant.CELL_PLACE, block, block.cell(), "cell=" + block.cell());
        }
        long right = holders;
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            if (HoldersWord.holds(holders, slot) && !slots.has(slot + 1)) {
                right = HoldersWord.without(right, slot);
            }
        }
        if (right != holders && isStill(block)) {
            findings.add(new Finding(
                    Invariant.HOLDERS,
                    at,
                    "record",
                    block.slab(),
                    block.index(),
                    holders,
                    right,
                    "expected 0x" + Long.toHexString(right)));
        }
    }

    private void offer(RecordView block) {
        long target = block.cell();
        int slot = (int) (target >>> 32) & 0x7fff_ffff;
        if (target >= 0 || slot >= RegionMap.PARTICIPANTS) {
            broken(Invariant.CELL_PLACE, block, target, "offered to 0x" + Long.toHexString(target));
        }
    }

    /** What a cell holds: nothing, or a block whose record names this cell. */
    private void cell(String place, int number, long cell) {
        long handle = memory.getLongAcquire(cell);
        if (handle == Handle.NONE || (inQueue && Cells.isEmpty(handle))) {
            return;
        }
        long recordAt = scan.recordAt(handle);
        long word = recordAt < 0 ? 0 : memory.getLongAcquire(recordAt);
        boolean there = recordAt >= 0
                && StateWord.isValid(word)
                && Handle.matches(handle, word)
                && isRecorded(BlockState.of(StateWord.state(word)))
                && memory.getLong(recordAt + RecordLayout.CELL_OFFSET) == cell;
        SharedMemory.loadLoadFence();
        // The record first, then the cell again: a block leaves its cell before its record says that it is elsewhere.
        if (!there && memory.getLong(cell) == handle) {
            String evidence = recordAt < 0
                    ? "there is no such block"
                    : "its record says 0x" + Long.toHexString(word) + " in cell "
                            + memory.getLong(recordAt + RecordLayout.CELL_OFFSET);
            int named = number != 0 ? number : (int) map.slabOf(cell);
            // The record's word is no part of it: what is not this handle's may have other lives meanwhile.
            findings.add(Invariant.CELL_DANGLING, cell, place, named, handle, 0, evidence);
        }
    }

    private static boolean isRecorded(BlockState state) {
        return state == BlockState.PUB
                || state == BlockState.HELD
                || state == BlockState.TAKE
                || state == BlockState.PUBS
                || state == BlockState.SHARED;
    }

    private void broken(Invariant rule, RecordView block, long context, String evidence) {
        if (isStill(block)) {
            findings.add(new Finding(
                    rule, block.recordAt(), "record", block.slab(), block.index(), block.word(), context, evidence));
        }
    }

    private boolean isStill(RecordView block) {
        SharedMemory.loadLoadFence();
        return memory.getLong(block.recordAt()) == block.word();
    }
}
