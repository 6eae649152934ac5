package io.shm.channel;

import io.shm.error.CorruptRegionException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.layout.Handle;
import io.shm.layout.RegionMap;
import io.shm.ledger.Cells;
import io.shm.ledger.Handover;
import io.shm.ledger.Sharing;
import io.shm.memory.SharedMemory;

/** What whoever has an entry or a slot for its own does with the cell in it. */
final class CellOwner {
    private final SharedMemory memory;
    private final Heap heap;
    private final Handover handover;

    CellOwner(SharedMemory memory, RegionMap map, Heap heap) {
        this.memory = memory;
        this.heap = heap;
        Cells cells = new Cells(memory, map);
        this.handover = new Handover(cells, new Sharing(cells));
    }

    /**
     * Puts a block of this process's own into an empty cell.
     *
     * @throws StaleHandleException if the block is not this process's own
     */
    void put(Block given, long cell) {
        long done = handover.publish(heap, heap.recordAt(given), heap.word(given), cell, 0);
        if (done == Handover.NOT_OURS) {
            throw new StaleHandleException("refused to send: " + heap.describe(given.handle()));
        }
        if (done != Handover.DONE) {
            throw damaged(cell);
        }
        heap.handedOver(given, cell, 0);
    }

    /**
     * Takes the block out; null where the cell is empty.
     *
     * @throws CorruptRegionException if it holds something else; once, as the cell is empty then
     */
    Block takeOut(long cell) {
        long seen = memory.getLongAcquire(cell);
        if (seen == Handle.NONE) {
            return null;
        }
        long generation = heap.freshGeneration();
        long recordAt = Cells.isEmpty(seen) ? Handover.DANGLING : handover.take(heap, cell, generation, 0);
        if (recordAt == Handover.EMPTY) {
            return null;
        }
        if (recordAt == Handover.DANGLING) {
            // Nobody but the owner has anything to put there.
            memory.compareAndSetLong(cell, seen, Handle.NONE);
        }
        if (recordAt <= 0) {
            throw damaged(cell);
        }
        return heap.handedToUs(recordAt, generation, cell, 0);
    }

    /** Frees the block, if there is one. */
    void empty(long cell) {
        Block left = takeOut(cell);
        if (left != null) {
            left.free();
        }
    }

    /** The block, to be read; null where the cell is empty. */
    Block resolve(long cell) {
        long handle = memory.getLongAcquire(cell);
        Block found = handle == Handle.NONE ? null : heap.resolve(handle);
        if (found == null && handle != Handle.NONE) {
            throw damaged(cell);
        }
        return found;
    }

    private static CorruptRegionException damaged(long cell) {
        return new CorruptRegionException(
                "corrupt region: a cell holds something else than a block that was put there: cell=" + cell);
    }
}
