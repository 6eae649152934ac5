package io.shm.heap;

import io.shm.layout.FaultLayout;
import io.shm.layout.Geometry;
import io.shm.layout.Guards;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.memory.SharedMemory;

/**
 * Tells whether somebody has written beside a block, and who is next to it.
 *
 * <p>Nobody writes a guard but who formats its slab, who allocates (the tail) and who has just freed a block beside it; all
 * of them write the same words. So what differs was written by a program that missed its block. Reading needs nothing; the
 * caller sees to it that the slab is still the same afterwards.
 */
final class GuardCheck {
    private final SharedMemory memory;
    private final Faults faults;
    private final LedgerScan scan;

    GuardCheck(SharedMemory memory, Faults faults, LedgerScan scan) {
        this.memory = memory;
        this.faults = faults;
        this.scan = scan;
    }

    /** Marks the end of a life's requested bytes. By whoever has the block to itself; before its commit. */
    static void mark(SharedMemory memory, long blockAt, long end) {
        memory.putLong(end, Guards.tail(blockAt, end));
    }

    /** What is looked at whenever a block is freed: the 8 bytes before it and the 8 behind its requested ones. */
    static boolean isWhole(SharedMemory memory, long blockAt, long end) {
        return memory.getLong(end) == Guards.tail(blockAt, end)
                && memory.getLong(blockAt - Long.BYTES) == Guards.before(blockAt);
    }

    /** As the other, and the word behind the block. */
    boolean isWhole(RecordView block, long slabAt, Geometry geometry) {
        long blockAt = slabAt + geometry.blockAt(block.index());
        return isWhole(memory, blockAt, endOf(block, blockAt))
                && memory.getLong(slabAt + geometry.behind(block.index())) == Guards.behind(blockAt);
    }

    /** Whether the size of a record that is not known to be sound can be. */
    static boolean fits(RecordView block, Geometry geometry, long slabAt) {
        long blockAt = slabAt + geometry.blockAt(block.index());
        return endOf(block, blockAt) <= blockAt + geometry.blockBytes();
    }

    /** Behind the requested bytes, also of a block that is withheld. */
    private static long endOf(RecordView block, long blockAt) {
        return Geometry.align(blockAt, Math.min(Geometry.MAX_ALIGNMENT, block.alignment())) + block.size();
    }

    /**
     * Writes down what is wrong beside a block that somebody holds. Changes no guard.
     *
     * @param word with which it is held now: once it is another, nothing more is believed
     * @return whether anything was
     */
    boolean report(RecordView block, long word, long slabAt, Geometry geometry) {
        long blockAt = slabAt + geometry.blockAt(block.index());
        long end = endOf(block, blockAt);
        long behind = slabAt + geometry.behind(block.index());
        boolean written = false;
        if (memory.getLong(end) != Guards.tail(blockAt, end)) {
            written = overrun(block, block.recordAt(), word, end, Guards.tail(blockAt, end));
        } else if (memory.getLong(behind) != Guards.behind(blockAt)) {
            written = overrun(block, block.recordAt(), word, behind, Guards.behind(blockAt));
        }
        if (memory.getLong(blockAt - Long.BYTES) != Guards.before(blockAt)) {
            written |= before(block, word, blockAt, slabAt, geometry);
        }
        return written;
    }

    /** The word before a block is wrong: written by its holder, or by the block before it, if that went so far. */
    private boolean before(RecordView block, long word, long blockAt, long slabAt, Geometry geometry) {
        int index = block.index();
        long guard = slabAt + geometry.behind(index - 1);
        if (index > 0 && memory.getLong(guard) != Guards.behind(slabAt + geometry.blockAt(index - 1))) {
            RecordView previous = scan.another().block(block.slab(), index - 1);
            if (previous != null && !previous.damaged() && previous.generation() != 0) {
                long expected = Guards.behind(slabAt + geometry.blockAt(index - 1));
                return overrun(previous, block.recordAt(), word, guard, expected);
            }
        }
        Fault fault = Fault.of(FaultKind.UNDERRUN).block(block, faults.allocated(block));
        neighbour(fault, block.slab(), index - 1);
        return write(fault, block, block.recordAt(), word, blockAt - Long.BYTES, Guards.before(blockAt), Long.BYTES);
    }

    private boolean overrun(RecordView block, long heldAt, long heldWord, long at, long expected) {
        Fault fault = Fault.of(FaultKind.OVERRUN).block(block, faults.allocated(block));
        neighbour(fault, block.slab(), block.index() + 1);
        return write(fault, block, heldAt, heldWord, at, expected, FaultLayout.FOUND_BYTES);
    }

    private boolean write(
            Fault fault, RecordView block, long heldAt, long heldWord, long at, long expected, int length) {
        fault.amount(1, block.size()).observed(expected, memory.getLong(at));
        if ((block.flags() & RecordWords.SECRET) == 0) {
            byte[] found = new byte[length];
            memory.getBytes(at, found, 0, length);
            fault.found(at, found);
        }
        // As long as it is held its slab stays; what was read after its end may be anything. A resize changes the size
        // alone, and its holder then writes where the tail was. The place is read once more: the block may have had
        // another size in between.
        SharedMemory.loadLoadFence();
        if (memory.getLongAcquire(heldAt) == heldWord
                && (block.recordAt() == heldAt || memory.getLongAcquire(block.recordAt()) == block.word())
                && memory.getLongAcquire(block.recordAt() + RecordLayout.SIZE_OFFSET) == block.sizeWord()
                && memory.getLongAcquire(at) != expected) {
            faults.write(fault);
            return true;
        }
        return false;
    }

    private void neighbour(Fault fault, int slab, int index) {
        RecordView other = index < 0 ? null : scan.another().block(slab, index);
        if (other != null && !other.damaged() && other.isUsed()) {
            fault.second(other.payloadAt(), other.sizeWord(), faults.allocated(other));
        }
    }

    /**
     * Makes the guards around a block whole again. By whoever has freed or withheld it and has not let it go yet: so the
     * slab is still the one that it was.
     */
    void repair(long slabAt, Geometry geometry, int index) {
        repair(slabAt, geometry, index, index - 1);
        repair(slabAt, geometry, index, index);
    }

    /** The guard behind a block, of the two beside this one. */
    private void repair(long slabAt, Geometry geometry, int index, int guard) {
        long at = slabAt + geometry.behind(guard);
        boolean ours = guard == index;
        long behind = Guards.behind(slabAt + geometry.blockAt(guard));
        long before = Guards.before(slabAt + geometry.blockAt(guard + 1));
        // The far half belongs to the neighbour, who would take it for his own doing.
        if (ours || memory.getLong(at) != behind) {
            memory.putLong(at, behind);
        }
        if (!ours || memory.getLong(at + Long.BYTES) != before) {
            memory.putLong(at + Long.BYTES, before);
        }
    }
}
