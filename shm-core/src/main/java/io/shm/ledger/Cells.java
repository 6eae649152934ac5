package io.shm.ledger;

import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.RootLayout;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;

/**
 * Cells and the records that they name: what every protocol over the two looks up, with all values checked.
 *
 * <p>A cell is 8 aligned bytes of the region, a root's or a block's, that hold a handle, or a word that names no block:
 * one whose generation bits are all zero, like 0. Threads: safe.
 */
public final class Cells {
    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;

    public Cells(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
        this.scan = new LedgerScan(memory, map);
    }

    /** Whether a cell can lie there: a root's, or 8 aligned bytes of a slab. Any 64 bits may be given. */
    public static boolean canLieAt(RegionMap map, long size, long offset) {
        return isRoot(map, offset) || ((offset & 7) == 0 && offset >= map.slabAt(0) && offset <= size - Long.BYTES);
    }

    /** Whether it is a root's cell. */
    public static boolean isRoot(RegionMap map, long offset) {
        long inRoots = offset - map.rootAt(0);
        return inRoots >= 0
                && offset < map.rootAt(map.rootCount())
                && inRoots % RootLayout.LENGTH == RootLayout.CELL_OFFSET;
    }

    /** Whether a cell's word names no block. */
    public static boolean isEmpty(long word) {
        return Handle.generation(word) == 0;
    }

    /** The word of a block that its owner has shared. */
    public static long sharedWord(long live) {
        return StateWord.pack(BlockState.SHARED.code(), 0, StateWord.generation(live));
    }

    SharedMemory memory() {
        return memory;
    }

    /** What a cell holds; the acquire pairs with the CAS that put it there. */
    long get(long cell) {
        return memory.getLongAcquire(cell);
    }

    boolean compareAndSet(long cell, long expected, long value) {
        return memory.compareAndSetLong(cell, expected, value);
    }

    /** Where the record lies that a handle names, or -1. */
    long recordOf(long handle) {
        return scan.recordAt(handle);
    }

    /** The handle of a record's present ownership. */
    long handleOf(long recordAt, long word) {
        int slab = (int) map.slabOf(recordAt);
        return Handle.pack(slab, RecordLayout.indexOf(map.slabAt(slab), recordAt), StateWord.generation(word));
    }

    long word(long recordAt) {
        return memory.getLongAcquire(recordAt);
    }

    long cellOf(long recordAt) {
        return memory.getLong(recordAt + RecordLayout.CELL_OFFSET);
    }

    long changed(long recordAt) {
        return memory.getLong(recordAt + RecordLayout.CHANGED_OFFSET);
    }

    void setCell(long recordAt, long cell) {
        memory.putLong(recordAt + RecordLayout.CELL_OFFSET, cell);
    }

    /**
     * Whether a record's CELL is a cell, while its word is what was seen before: the body is that word's.
     *
     * <p>The fence pairs with the full fence of each CAS of a state word: CELL changes only under another one, or in PUB
     * before any cell holds the handle.
     */
    boolean isRecordedIn(long recordAt, long word, long cell) {
        long its = cellOf(recordAt);
        SharedMemory.loadLoadFence();
        return its == cell && memory.getLong(recordAt) == word;
    }

    /** Whether a record's cell, which may be anything, is a place that holds its handle now. */
    boolean holds(long cell, long handle) {
        return canLieAt(map, sizeFor(cell), cell) && get(cell) == handle;
    }

    /**
     * Empties a cell that holds the handle of a block on its way out: anyone may. A handle is put into a cell once in all
     * time, so this never removes another's. A cell of a queue is left for the next lap, which the record tells: its note
     * has the lap for which the handle was put there, for as long as the cell holds it.
     */
    void clear(long recordAt, long cell, long handle) {
        if (canLieAt(map, sizeFor(cell), cell)) {
            long changed = changed(recordAt);
            memory.compareAndSetLong(
                    cell,
                    handle,
                    BlockStates.isQueued(changed)
                            ? QueueStates.empty(RecordWords.changedSiteOf(changed) + 1)
                            : Handle.NONE);
        }
    }

    /** Another may have grown the region since, and published there: a cell that one does not see is not empty. */
    private long sizeFor(long cell) {
        return cell < 0 ? 0 : memory.sizeFor(cell + Long.BYTES);
    }
}
