package io.shm.ledger;

import io.shm.layout.Handle;
import io.shm.layout.HoldersWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;

/**
 * Blocks that several participants hold at once: a set of holders in the record, one bit each, and one for the cell.
 *
 * <p>A set and no count: to take one's bit out twice is harmless, so whoever reclaims a dead holder may begin again. An
 * empty set stays empty, so whoever sees it may free the block; of several one does.
 *
 * <p>Before each CAS of the holders the state is read, then the holders, then the state again: so what is changed is the
 * holders' word of that life, and not a note in a later one. Threads and processes: safe.
 */
public final class Sharing {
    private static final int ATTEMPTS = 1000;

    private final Cells cells;

    public Sharing(Cells cells) {
        this.cells = cells;
    }

    /**
     * Shares a live block through an empty cell; the author holds it, and so does the cell.
     *
     * @return {@link Handover#DONE}, {@link Handover#REFUSED} where the cell is occupied, {@link Handover#NOT_OURS}
     */
    public long share(Author author, long recordAt, long live, long cell) {
        if (!Handover.isOwn(author, live) || !HandoverStates.publishShared(cells.memory(), recordAt, live)) {
            return Handover.NOT_OURS;
        }
        long pubs = cells.word(recordAt);
        cells.setCell(recordAt, cell);
        long seal = cells.memory().getLong(recordAt + RecordLayout.SEAL_OFFSET);
        cells.memory()
                .putLongs(
                        recordAt + RecordLayout.CHANGED_OFFSET,
                        HoldersWord.pack(StateWord.generation(live), true, 1L << (author.owner() - 1)),
                        RecordWords.seal(author.nowMs(), RecordWords.checksumOf(seal)));
        if (!cells.compareAndSet(cell, Handle.NONE, cells.handleOf(recordAt, live))) {
            // Live again, its CHANGED is a note: a set of holders would read as one that nobody wrote.
            BlockStates.note(cells.memory(), recordAt, 0, 0, BlockStates.ALLOCATED, 0);
            HandoverStates.unpublish(cells.memory(), recordAt, pubs);
            return Handover.REFUSED;
        }
        HandoverStates.holdShared(cells.memory(), recordAt, pubs);
        return Handover.DONE;
    }

    /**
     * Makes a participant a holder of the shared block that a handle names. To be a holder already is success.
     *
     * <p>Looks at the state once more afterwards: where the caller was stopped before the CAS for as long as a whole life
     * of the block, 16 bits of the generation and the set may agree by chance, and then it holds a block it never meant.
     *
     * @return the record's place; {@link Handover#REFUSED} where the block is not shared, or nobody holds it any more
     */
    public long acquire(Author author, long handle) {
        int slot = author.owner() - 1;
        long recordAt = cells.recordOf(handle);
        if (recordAt < 0) {
            return Handover.REFUSED;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long word = cells.word(recordAt);
            if (!BlockStates.is(word, BlockState.SHARED) || !Handle.matches(handle, word)) {
                return Handover.REFUSED;
            }
            long holders = cells.changed(recordAt);
            if (!isCurrent(recordAt, word, holders)) {
                continue;
            }
            if (HoldersWord.isEmpty(holders)) {
                return Handover.REFUSED;
            }
            if (HoldersWord.holds(holders, slot)) {
                return recordAt;
            }
            if (change(recordAt, holders, HoldersWord.with(holders, slot))) {
                return isStill(author, recordAt, word, slot) ? recordAt : Handover.REFUSED;
            }
        }
        return Handover.REFUSED;
    }

    private boolean isStill(Author author, long recordAt, long shared, int slot) {
        long now = cells.word(recordAt);
        if (now == shared) {
            return true;
        }
        if (BlockStates.is(now, BlockState.SHARED)) {
            release(author, recordAt, now, slot);
        }
        return false;
    }

    /**
     * Ends a participant's hold, if it has one, and the cell's where the cell holds the block no more. The last hold that
     * ends frees the block.
     *
     * @param author who frees
     * @param shared the record's word
     */
    public void release(Author author, long recordAt, long shared, int slot) {
        while (cells.word(recordAt) == shared) {
            long holders = cells.changed(recordAt);
            if (!isCurrent(recordAt, shared, holders)) {
                return;
            }
            long fewer = HoldersWord.without(holders, slot);
            if (HoldersWord.slots(fewer) == 0 && !isInCell(recordAt, shared)) {
                fewer = HoldersWord.outOfCell(fewer);
            }
            if (end(author, recordAt, shared, holders, fewer)) {
                return;
            }
        }
    }

    /** Ends the cell's hold, once the cell holds the handle no more: anyone may. As {@link #release}. */
    public void leaveCell(Author author, long recordAt, long shared) {
        while (cells.word(recordAt) == shared) {
            long holders = cells.changed(recordAt);
            if (!isCurrent(recordAt, shared, holders)
                    || end(author, recordAt, shared, holders, HoldersWord.outOfCell(holders))) {
                return;
            }
        }
    }

    /**
     * Takes a shared block out of its cell; its holders keep it. It is freed if there are none.
     *
     * @return {@link Handover#DONE}; {@link Handover#EMPTY}, {@link Handover#REFUSED} where the cell holds no shared block
     */
    public long retire(Author author, long cell) {
        long handle = cells.get(cell);
        if (Cells.isEmpty(handle)) {
            return Handover.EMPTY;
        }
        long recordAt = cells.recordOf(handle);
        long word = recordAt < 0 ? 0 : cells.word(recordAt);
        if (!BlockStates.is(word, BlockState.SHARED)
                || !Handle.matches(handle, word)
                || !cells.isRecordedIn(recordAt, word, cell)
                || !cells.compareAndSet(cell, handle, Handle.NONE)) {
            return Handover.REFUSED;
        }
        leaveCell(author, recordAt, word);
        return Handover.DONE;
    }

    /**
     * What whoever reclaims does with every shared block: the dead one's hold ends, and the cell's if it holds another
     * block, or none.
     */
    public void settle(Author author, long recordAt, long shared, int slot) {
        release(author, recordAt, shared, slot);
        if (!isInCell(recordAt, shared)) {
            leaveCell(author, recordAt, shared);
        }
    }

    /** False where another was faster; the caller looks again. */
    private boolean end(Author author, long recordAt, long shared, long holders, long fewer) {
        if (fewer != holders && !change(recordAt, holders, fewer)) {
            return false;
        }
        if (HoldersWord.isEmpty(fewer)) {
            author.freeUnheld(recordAt, shared);
        }
        return true;
    }

    private boolean isInCell(long recordAt, long shared) {
        return cells.holds(cells.cellOf(recordAt), cells.handleOf(recordAt, shared));
    }

    /** Whether holders that were read after the word are of its life; not so where the record has moved on, or is damaged. */
    private boolean isCurrent(long recordAt, long shared, long holders) {
        SharedMemory.loadLoadFence();
        return cells.memory().getLong(recordAt) == shared && HoldersWord.isOf(holders, StateWord.generation(shared));
    }

    private boolean change(long recordAt, long holders, long changed) {
        return cells.memory().compareAndSetLong(recordAt + RecordLayout.CHANGED_OFFSET, holders, changed);
    }
}
