package io.shm.heap;

import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BlockType;
import io.shm.ledger.Cells;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Trace;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;

/**
 * Finds blocks that are recorded in a cell which holds something else: somebody has stored over the reference, and nobody
 * can reach them any more. A block whose holder was freed is none of them: the free has noted that before the cell could
 * hold anything else.
 *
 * <p>Each is reported once: the note in its record is replaced by a CAS, and who wins that reports. The block is HELD, nobody
 * owns it, and nobody else writes its note. Dies between note and report: the record tells of it, the log does not.
 *
 * <p>Where the walk was quicker than he who overwrote it, the note and the report have nobody. He then names himself in the
 * log, and in the note. Had the walk not reported yet, it reads the note again afterwards: one of the two sees what the other
 * has written, since each writes before it reads.
 */
final class OverwrittenReferences {
    private static final long BY_NOBODY = RecordWords.changed(0, 0, BlockStates.OVERWRITTEN);

    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;
    private final Types types;
    private final Faults faults;

    OverwrittenReferences(SharedMemory memory, RegionMap map, LedgerScan scan, Types types, Faults faults) {
        this.memory = memory;
        this.map = map;
        this.scan = scan;
        this.types = types;
        this.faults = faults;
    }

    /**
     * A cell has just been written over. That is told of even where one who had read the cell before, and takes the block
     * in this moment, has saved it.
     *
     * @param before the handle that was in it
     * @param by who did it
     */
    void overwritten(long cell, long before, Trace by) {
        RecordView block = scan.another().block(Handle.slab(before), Handle.index(before));
        if (block != null
                && !block.damaged()
                && block.state() == BlockState.HELD
                && Handle.matches(before, block.word())
                && block.cell() == cell
                && !BlockStates.isHolderFreed(block.changed())) {
            if (note(block, by)) {
                report(block, Trace.NONE, by);
            } else {
                name(block, by);
            }
        }
    }

    /**
     * The walk was quicker, as others had made the new block HELD: the note has nobody yet. Dies before the log is told: the
     * same, for good. Dies before the note: the log has the name.
     */
    private void name(RecordView block, Trace by) {
        long noteAt = block.recordAt() + RecordLayout.CHANGED_OFFSET;
        if (memory.getLongVolatile(noteAt) != BY_NOBODY) {
            return;
        }
        boolean told = faults.name(block, by);
        memory.compareAndSetLong(
                noteAt, BY_NOBODY, RecordWords.changed(by.process(), by.site(), BlockStates.OVERWRITTEN));
        if (!told) {
            faults.name(block, by);
        }
    }

    /** Looks whether a block that is HELD, as just read, is still in its cell. */
    void check(RecordView block) {
        long cell = block.cell();
        if (isSettled(block.changed()) || !Cells.canLieAt(map, memory.size(), cell)) {
            return;
        }
        long there = memory.getLongAcquire(cell);
        if (there == block.handle() || isGone(cell)) {
            return;
        }
        RecordView now = Cells.isEmpty(there) ? null : scan.another().block(Handle.slab(there), Handle.index(there));
        boolean names = now != null && !now.damaged() && Handle.matches(there, now.word());
        if (names && (now.state() == BlockState.PUB || now.state() == BlockState.PUBS)) {
            // Perhaps it takes this one's place, and has not claimed it yet for whoever put it there.
            return;
        }
        // In a replacement the former block is claimed before the new one is HELD: then the word is another by now.
        if (memory.getLongAcquire(block.recordAt()) == block.word() && note(block, Trace.NONE)) {
            report(block, names ? faults.changed(now) : Trace.NONE, Trace.NONE);
            long noted = memory.getLongVolatile(block.recordAt() + RecordLayout.CHANGED_OFFSET);
            if (noted != BY_NOBODY && RecordWords.actionOf(noted) == BlockStates.OVERWRITTEN) {
                // He found no report to name himself in.
                faults.name(block, faults.did(noted));
            }
        }
    }

    /**
     * Whether there is no cell any more: the block that had it was freed, and what it held was gone by then. No time is asked
     * for: the clocks of two processes, and two moments of one, may not tell which was earlier.
     */
    private boolean isGone(long cell) {
        if (Cells.isRoot(map, cell)) {
            return false;
        }
        RecordView holder = scan.another().blockAt(cell);
        BlockType type = holder == null || holder.damaged() || !holder.isUsed() ? null : types.get(holder.type());
        return type == null || !type.hasCellAt(cell - holder.payloadAt(), holder.size());
    }

    /** Told of already, or lost with the block that held it. */
    private static boolean isSettled(long changed) {
        return RecordWords.actionOf(changed) == BlockStates.OVERWRITTEN || BlockStates.isHolderFreed(changed);
    }

    private boolean note(RecordView block, Trace by) {
        long noted = RecordWords.changed(by.process(), by.site(), BlockStates.OVERWRITTEN);
        long seen = memory.getLongVolatile(block.recordAt() + RecordLayout.CHANGED_OFFSET);
        return !isSettled(seen)
                && memory.compareAndSetLong(block.recordAt() + RecordLayout.CHANGED_OFFSET, seen, noted);
    }

    private void report(RecordView block, Trace nowThere, Trace by) {
        long there = memory.getLongAcquire(block.cell());
        Fault fault = Fault.of(FaultKind.OVERWRITTEN_REF)
                .block(block, faults.allocated(block))
                .other(nowThere)
                .by(by)
                .cell(block.cell())
                .amount(1, block.size())
                .observed(block.handle(), there);
        RecordView now = Cells.isEmpty(there) ? null : scan.another().block(Handle.slab(there), Handle.index(there));
        if (now != null && !now.damaged() && Handle.matches(there, now.word())) {
            fault.second(now.payloadAt(), now.sizeWord(), faults.allocated(now));
        }
        faults.write(fault);
    }
}
