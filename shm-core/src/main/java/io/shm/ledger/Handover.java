package io.shm.ledger;

import io.shm.layout.DisplacesWord;
import io.shm.layout.Handle;
import io.shm.layout.QueueWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;
import java.util.function.LongConsumer;

/**
 * The steps that hand a block over through a cell: each needs two words, the record's and the cell's.
 *
 * <p>To publish: the record says PUB, then which cell; <b>the CAS of the cell decides</b>; the record says HELD. To take:
 * <b>the CAS of the record decides</b>, then the cell is emptied, then the block is the taker's. To replace: <b>the CAS of
 * the cell from one handle to the other decides</b>; then the displaced block is claimed for whoever displaces it, and
 * only then its successor is HELD. Whoever comes by something half-done finishes it. So nobody waits, and one that is
 * stopped stops nobody.
 *
 * <p>After Treiber-style helping: the idea of publishing an operation's description and letting anyone finish it is
 * Barnes', "A Method for Implementing Lock-Free Shared Data Structures" (1993). The description here is the record.
 *
 * <p>Threads and processes: safe. What each death leaves is told at the arrows of {@link HandoverStates}.
 */
public final class Handover {
    /** Nothing to take. */
    public static final long EMPTY = -1;
    /** What the cell holds is shared, and so cannot be taken. */
    public static final long IS_SHARED = -2;
    /** What the cell holds names no block that is recorded there: somebody has written over the cell or the record. */
    public static final long DANGLING = -3;
    /** Others were faster each time. */
    public static final long CONTENDED = -4;
    /** What was expected in the cell is not there; nothing has changed. */
    public static final long REFUSED = -5;
    /** The block is not the author's own any more; nothing has changed. */
    public static final long NOT_OURS = -6;
    /** Something was in motion, and is finished or has gone on. */
    private static final long LOOK_AGAIN = -7;
    /** Done, and nothing comes back. */
    public static final long DONE = 0;

    /** Each further attempt means that another has got on. */
    private static final int ATTEMPTS = 1000;

    private final Cells cells;
    private final Sharing sharing;

    public Handover(Cells cells, Sharing sharing) {
        this.cells = cells;
        this.sharing = sharing;
    }

    /**
     * Records a live block in an empty cell.
     *
     * @param live the author's word of the block
     * @return {@link #DONE}, {@link #REFUSED} where the cell is occupied, {@link #NOT_OURS}
     */
    public long publish(Author author, long recordAt, long live, long cell, int site) {
        return publishInFirst(author, recordAt, live, cell, 1, site) >= 0
                ? DONE
                : isOwn(author, live) && cells.word(recordAt) == live ? REFUSED : NOT_OURS;
    }

    /**
     * Records a live block in the first empty one of several cells side by side.
     *
     * @return which, or -1 where all are occupied or the block is not the author's own
     */
    public int publishInFirst(Author author, long recordAt, long live, long firstCell, int count, int site) {
        if (!isOwn(author, live) || !HandoverStates.publish(cells.memory(), recordAt, live)) {
            return -1;
        }
        long pub = cells.word(recordAt);
        long handle = cells.handleOf(recordAt, live);
        note(author, recordAt, site, BlockStates.PUBLISHED);
        for (int i = 0; i < count; i++) {
            long cell = firstCell + 8L * i;
            if (!isOccupied(cell)) {
                cells.setCell(recordAt, cell);
                if (putIntoEmpty(cell, handle)) {
                    HandoverStates.hold(cells.memory(), recordAt, pub);
                    return i;
                }
            }
        }
        retract(recordAt, pub);
        return -1;
    }

    /** The note goes before the state does: in PUB it is the owner's alone. */
    private void retract(long recordAt, long pub) {
        BlockStates.note(cells.memory(), recordAt, 0, 0, BlockStates.ALLOCATED, 0);
        HandoverStates.unpublish(cells.memory(), recordAt, pub);
    }

    private boolean isOccupied(long cell) {
        long seen = cells.get(cell);
        return seen != Handle.NONE && !clearIfTaken(cell, seen);
    }

    /** Only 0 is replaced: another word that names no block is of a queue, which has its own order. */
    private boolean putIntoEmpty(long cell, long handle) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (cells.compareAndSet(cell, Handle.NONE, handle)) {
                return true;
            }
            long seen = cells.get(cell);
            if (seen != Handle.NONE && !clearIfTaken(cell, seen)) {
                return false;
            }
        }
        return false;
    }

    /** Helps a taker that has not emptied the cell yet; false where the cell holds something else. */
    private boolean clearIfTaken(long cell, long handle) {
        long recordAt = cells.recordOf(handle);
        if (recordAt < 0) {
            return false;
        }
        long word = cells.word(recordAt);
        if (!BlockStates.is(word, BlockState.TAKE)
                || !Handle.matches(handle, word)
                || !cells.isRecordedIn(recordAt, word, cell)) {
            return cells.get(cell) != handle;
        }
        cells.clear(recordAt, cell, handle);
        return true;
    }

    /**
     * Takes what a cell holds.
     *
     * @param generation fresh; the block's, if this succeeds
     * @return where the record lies, which is the author's and live now; or {@link #EMPTY}, {@link #IS_SHARED}, {@link
     *     #DANGLING}, {@link #CONTENDED}
     */
    public long take(Author author, long cell, long generation, int site) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long handle = cells.get(cell);
            long taken = Cells.isEmpty(handle) ? EMPTY : tryTake(author, cell, handle, generation, site);
            if (taken != LOOK_AGAIN) {
                return taken;
            }
        }
        return CONTENDED;
    }

    /** As {@link #take}, but only that block: {@link #EMPTY} where the cell holds another by now. */
    public long takeExactly(Author author, long cell, long handle, long generation, int site) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long taken = tryTake(author, cell, handle, generation, site);
            if (taken != LOOK_AGAIN) {
                return taken;
            }
            if (cells.get(cell) != handle) {
                return EMPTY;
            }
        }
        return CONTENDED;
    }

    private long tryTake(Author author, long cell, long handle, long generation, int site) {
        long recordAt = cells.recordOf(handle);
        long word = recordAt < 0 ? 0 : cells.word(recordAt);
        BlockState state = recordedState(recordAt, word, handle, cell);
        if (state == null) {
            if (cells.get(cell) == handle && stands(recordAt, word)) {
                return DANGLING;
            }
        } else if (state == BlockState.SHARED || state == BlockState.PUBS) {
            return IS_SHARED;
        } else if (state == BlockState.TAKE) {
            cells.clear(recordAt, cell, handle);
        } else if (state == BlockState.PUB) {
            help(author, cell, handle, recordAt, word);
        } else if (HandoverStates.take(cells.memory(), recordAt, word, author.owner())) {
            cells.clear(recordAt, cell, handle);
            return finishTake(author, recordAt, word, generation, site) ? recordAt : CONTENDED;
        }
        return LOOK_AGAIN;
    }

    // ---------------------------------------------------------------- queues

    /**
     * Begins to put a live block into a queue: from here on it is PUB, until {@link #putQueued} succeeds or {@link
     * #retractQueued}.
     *
     * @return false where the block is not the author's own any more
     */
    public boolean startQueued(Author author, long recordAt, long live) {
        return isOwn(author, live) && HandoverStates.publish(cells.memory(), recordAt, live);
    }

    /**
     * Records a block that was {@link #startQueued started} in a cell of a queue, whose lap the record keeps: whoever takes
     * the block, or helps to, leaves the cell for the next lap.
     *
     * @param empty the cell's word, EMPTY of this lap
     * @return false where another has filled the cell
     */
    public boolean putQueued(Author author, long recordAt, long live, long cell, long empty) {
        cells.setCell(recordAt, cell);
        note(author, recordAt, QueueWord.lap(empty), BlockStates.QUEUED);
        if (!cells.compareAndSet(cell, empty, cells.handleOf(recordAt, live))) {
            return false;
        }
        HandoverStates.hold(cells.memory(), recordAt, HandoverStates.publishing(live));
        return true;
    }

    /** Ends what {@link #startQueued} began where the queue is full: the block is live again. */
    public void retractQueued(long recordAt, long live) {
        retract(recordAt, HandoverStates.publishing(live));
    }

    /**
     * The lap for which a block is in a cell of a queue.
     *
     * @return {@link #EMPTY} where the cell holds it no more; {@link #DANGLING} where it is not recorded there
     */
    public long lapOf(long cell, long handle) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long recordAt = cells.recordOf(handle);
            long word = recordAt < 0 ? 0 : cells.word(recordAt);
            boolean recorded = recordedState(recordAt, word, handle, cell) != null;
            long changed = recorded ? cells.changed(recordAt) : 0;
            SharedMemory.loadLoadFence();
            // As long as the cell holds the handle, the note has the lap of its publication.
            if (cells.get(cell) != handle) {
                return EMPTY;
            }
            if (recorded && BlockStates.isQueued(changed)) {
                return RecordWords.changedSiteOf(changed) & QueueWord.LAP_MASK;
            }
            if (stands(recordAt, word)) {
                return DANGLING;
            }
        }
        return EMPTY;
    }

    /**
     * Takes a block that lies in a cell of a queue for a lap, if nothing of it is half-done: the usual case, with one look at
     * its record.
     *
     * @return where the record lies, which is the author's and live now; {@link #REFUSED} where nothing has changed and a
     *     closer look is due, {@link #CONTENDED} where it was taken and is another thread's
     */
    public long takeQueued(Author author, long cell, long handle, int lap, long generation) {
        long recordAt = cells.recordOf(handle);
        long word = recordAt < 0 ? 0 : cells.word(recordAt);
        if (!BlockStates.is(word, BlockState.HELD) || !Handle.matches(handle, word)) {
            return REFUSED;
        }
        // Read between two looks at the word, so it is the note of this publication.
        long changed = cells.changed(recordAt);
        if (!BlockStates.isQueued(changed)
                || (RecordWords.changedSiteOf(changed) & QueueWord.LAP_MASK) != lap
                || !cells.isRecordedIn(recordAt, word, cell)
                || !HandoverStates.take(cells.memory(), recordAt, word, author.owner())) {
            return REFUSED;
        }
        cells.clear(recordAt, cell, handle);
        return finishTake(author, recordAt, word, generation, 0) ? recordAt : CONTENDED;
    }

    /**
     * Puts a live block in the place of another.
     *
     * @param expected what the cell holds
     * @param generation fresh; the displaced block's, if it becomes the author's
     * @return where the displaced block's record lies, which is the author's and live now; {@link #DONE} where another took
     *     it in the same moment, or it is shared; {@link #REFUSED}, {@link #NOT_OURS}, {@link #DANGLING}
     */
    public long replace(Author author, long recordAt, long live, long cell, long expected, long generation, int site) {
        long displacedAt = cells.recordOf(expected);
        long displaced = settled(author, cell, expected, displacedAt);
        if (displaced <= 0) {
            return cells.get(cell) == expected && displaced == DANGLING ? DANGLING : REFUSED;
        }
        if (!isOwn(author, live) || !HandoverStates.publish(cells.memory(), recordAt, live)) {
            return NOT_OURS;
        }
        long pub = cells.word(recordAt);
        long handle = cells.handleOf(recordAt, live);
        cells.setCell(recordAt, cell);
        noteDisplaced(author, recordAt, expected);
        if (!cells.compareAndSet(cell, expected, handle)) {
            retract(recordAt, pub);
            return REFUSED;
        }
        boolean shared = BlockStates.is(displaced, BlockState.SHARED);
        if (shared) {
            sharing.leaveCell(author, displacedAt, displaced);
        } else {
            HandoverStates.take(cells.memory(), displacedAt, displaced, author.owner());
        }
        HandoverStates.hold(cells.memory(), recordAt, pub);
        return !shared && finishTake(author, displacedAt, displaced, generation, site) ? displacedAt : DONE;
    }

    /** The word of a block whose publication is over, HELD or SHARED; REFUSED or DANGLING where it is not in the cell. */
    private long settled(Author author, long cell, long handle, long recordAt) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long word = recordAt < 0 ? 0 : cells.word(recordAt);
            BlockState state = recordedState(recordAt, word, handle, cell);
            if (state == BlockState.HELD || state == BlockState.SHARED) {
                return word;
            }
            if (cells.get(cell) != handle) {
                return REFUSED;
            }
            if (state == null) {
                if (stands(recordAt, word)) {
                    return DANGLING;
                }
                continue;
            }
            if (state == BlockState.TAKE) {
                // Or whoever tries again would find the same until the taker goes on.
                cells.clear(recordAt, cell, handle);
                return REFUSED;
            }
            help(author, cell, handle, recordAt, word);
        }
        return REFUSED;
    }

    /**
     * Writes a live block's handle over whatever a cell holds, without a look: the mistake that programs make, in a form
     * that the ledger can prove. A block that was there stays recorded in the cell, which holds it no more.
     *
     * <p>Dies between the exchange and the witness's note: the walk finds what is lost, but not by whom.
     *
     * @param overwritten told of what was there, if it was anything, before anybody can see that it is lost: as long as the
     *     new block is PUB it may be about to take that one's place
     * @return what the cell held, or {@link #NOT_OURS}
     */
    public long putRaw(Author author, long recordAt, long live, long cell, int site, LongConsumer overwritten) {
        if (!isOwn(author, live) || !HandoverStates.publish(cells.memory(), recordAt, live)) {
            return NOT_OURS;
        }
        long pub = cells.word(recordAt);
        cells.setCell(recordAt, cell);
        note(author, recordAt, site, BlockStates.PUBLISHED);
        long before = putOver(author, cell, cells.handleOf(recordAt, live));
        if (!Cells.isEmpty(before)) {
            overwritten.accept(before);
        }
        HandoverStates.hold(cells.memory(), recordAt, pub);
        return before;
    }

    /**
     * Puts a handle in the place of whatever a cell holds, once that is settled: then nobody can finish it, or claim for it
     * what it has displaced, after it was written over. A CAS: of two at the same instant the second is to know what it has
     * written over.
     */
    private long putOver(Author author, long cell, long handle) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long before = cells.get(cell);
            boolean moves = !Cells.isEmpty(before) && settled(author, cell, before, cells.recordOf(before)) == REFUSED;
            if (!moves && cells.compareAndSet(cell, before, handle)) {
                return before;
            }
        }
        return cells.memory().getAndSetLong(cell, handle);
    }

    /**
     * Finishes the publication of what a cell holds, if it is half-done.
     *
     * @return false where the cell holds no block that is recorded there
     */
    public boolean help(Author author, long cell) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long handle = cells.get(cell);
            long recordAt = Cells.isEmpty(handle) ? -1 : cells.recordOf(handle);
            long word = recordAt < 0 ? 0 : cells.word(recordAt);
            BlockState state = recordedState(recordAt, word, handle, cell);
            if (state == BlockState.PUB || state == BlockState.PUBS) {
                help(author, cell, handle, recordAt, word);
            }
            if (state != null || stands(recordAt, word)) {
                return state != null;
            }
        }
        return true;
    }

    /** Whether a cell holds nothing: 0, or another word that names no block. */
    public boolean isEmpty(long cell) {
        return Cells.isEmpty(cells.get(cell));
    }

    /**
     * Whether a record is still what was read: only then does it contradict its cell. One that has gone on meanwhile, as
     * from PUB to HELD, is looked at again.
     */
    private boolean stands(long recordAt, long word) {
        return recordAt < 0 || cells.word(recordAt) == word;
    }

    /** The state of a block that is recorded in a cell, or was a moment ago; null where it is not. */
    private BlockState recordedState(long recordAt, long word, long handle, long cell) {
        if (recordAt < 0 || !StateWord.isValid(word) || !Handle.matches(handle, word)) {
            return null;
        }
        BlockState state = BlockState.of(StateWord.state(word));
        if (state != BlockState.PUB
                && state != BlockState.HELD
                && state != BlockState.TAKE
                && state != BlockState.PUBS
                && state != BlockState.SHARED) {
            return null;
        }
        return cells.isRecordedIn(recordAt, word, cell) ? state : null;
    }

    /**
     * The order matters: first the record, then that the cell still holds the handle. Then what the record says of the
     * displaced block is of this publication.
     */
    private void help(Author author, long cell, long handle, long recordAt, long word) {
        long changed = cells.changed(recordAt);
        if (!cells.isRecordedIn(recordAt, word, cell) || cells.get(cell) != handle) {
            return;
        }
        if (BlockStates.is(word, BlockState.PUBS)) {
            HandoverStates.holdShared(cells.memory(), recordAt, word);
            return;
        }
        if (RecordWords.actionOf(changed) == BlockStates.DISPLACES) {
            claimDisplaced(author, cell, handle, recordAt, word, changed);
        }
        HandoverStates.hold(cells.memory(), recordAt, word);
    }

    /** For whoever displaces: the block that is recorded in the cell, which holds another, becomes his. */
    private void claimDisplaced(Author author, long cell, long handle, long recordAt, long pub, long changed) {
        long displacedAt = cells.recordOf(Handle.pack(DisplacesWord.slab(changed), DisplacesWord.index(changed), 1));
        if (displacedAt < 0) {
            return;
        }
        long displaced = cells.word(displacedAt);
        if (!StateWord.isValid(displaced)
                || !DisplacesWord.matches(changed, displaced)
                || !cells.isRecordedIn(displacedAt, displaced, cell)) {
            return;
        }
        // Looked at after the displaced block's word: that word is from before its end, or the CAS fails.
        if (cells.get(cell) != handle || cells.word(recordAt) != pub) {
            return;
        }
        if (BlockStates.is(displaced, BlockState.HELD)) {
            HandoverStates.take(cells.memory(), displacedAt, displaced, StateWord.owner(pub));
        } else if (BlockStates.is(displaced, BlockState.SHARED)) {
            sharing.leaveCell(author, displacedAt, displaced);
        }
    }

    /**
     * TAKE → LIVE; false where another thread of this participant has done it: one took the block while the other
     * displaced it, and nobody can tell which.
     */
    private boolean finishTake(Author author, long recordAt, long held, long generation, int site) {
        long taking = HandoverStates.taking(held, author.owner());
        if (!HandoverStates.taken(cells.memory(), recordAt, taking, generation)) {
            return false;
        }
        note(author, recordAt, site, BlockStates.TAKEN);
        return true;
    }

    // ---------------------------------------------------------------- to one participant

    /**
     * Offers a live block to one participant, whoever is faster: it by accepting, or the author by withdrawing.
     *
     * @return false where the block is not the author's own any more
     */
    public boolean offer(Author author, long recordAt, long live, long target, int site) {
        if (!isOwn(author, live) || !HandoverStates.publish(cells.memory(), recordAt, live)) {
            return false;
        }
        long pub = cells.word(recordAt);
        cells.setCell(recordAt, target);
        note(author, recordAt, site, BlockStates.OFFERED);
        return HandoverStates.offer(cells.memory(), recordAt, pub);
    }

    /**
     * Accepts a block.
     *
     * @param target as in the offer
     * @param generation fresh; the block's, if this succeeds
     * @return where its record lies; {@link #REFUSED} where the handle is no offer to this target, or not any more
     */
    public long accept(Author author, long handle, long target, long generation, int site) {
        return endOffer(author, handle, target, 0, generation, site);
    }

    /** Takes an offer back, as {@link #accept}. */
    public long withdraw(Author author, long handle, long generation, int site) {
        return endOffer(author, handle, 0, author.owner(), generation, site);
    }

    private long endOffer(Author author, long handle, long target, int owner, long generation, int site) {
        long recordAt = cells.recordOf(handle);
        if (recordAt < 0) {
            return REFUSED;
        }
        long word = cells.word(recordAt);
        boolean withdraws = owner != 0;
        if (!BlockStates.is(word, BlockState.OFFER)
                || !Handle.matches(handle, word)
                || (withdraws && StateWord.owner(word) != owner)
                || (!withdraws && !cells.isRecordedIn(recordAt, word, target))) {
            return REFUSED;
        }
        boolean done = withdraws
                ? HandoverStates.withdraw(cells.memory(), recordAt, word, generation)
                : HandoverStates.accept(cells.memory(), recordAt, word, author.owner(), generation);
        if (!done) {
            return REFUSED;
        }
        note(author, recordAt, site, withdraws ? BlockStates.WITHDRAWN : BlockStates.ACCEPTED);
        return recordAt;
    }

    // ---------------------------------------------------------------- settling

    /**
     * Ends a publication of a participant that is gone: HELD or SHARED if its cell holds the handle, else LIVE again.
     *
     * @param word PUB or PUBS, of the dead one
     */
    public void settlePublication(Author author, long recordAt, long word) {
        helpPublished(author, recordAt, word);
        long cell = cells.cellOf(recordAt);
        long handle = cells.handleOf(recordAt, word);
        // No one puts the handle into a cell any more: what does not hold it now never will.
        if (cells.word(recordAt) == word && !cells.holds(cell, handle)) {
            retract(recordAt, word);
        }
    }

    /**
     * Finishes a publication of anybody's whose cell holds the handle already; another one is left as it is.
     *
     * @param word PUB or PUBS
     */
    public void helpPublished(Author author, long recordAt, long word) {
        long cell = cells.cellOf(recordAt);
        long handle = cells.handleOf(recordAt, word);
        if (cells.holds(cell, handle)) {
            help(author, cell, handle, recordAt, word);
        }
    }

    /**
     * Makes what a participant that is gone was taking, or had offered, live again, in its name.
     *
     * @param word TAKE or OFFER, of the dead one
     * @return the new word, or 0 where it has changed meanwhile
     */
    public long settleTransfer(long recordAt, long word, long generation) {
        boolean taking = BlockStates.is(word, BlockState.TAKE);
        if (taking) {
            cells.clear(recordAt, cells.cellOf(recordAt), cells.handleOf(recordAt, word));
        }
        boolean done = taking
                ? HandoverStates.taken(cells.memory(), recordAt, word, generation)
                : HandoverStates.withdraw(cells.memory(), recordAt, word, generation);
        return done ? BlockStates.live(StateWord.owner(word), generation) : 0;
    }

    /** A block that was only resolved, or that another has, is not to be handed over. */
    static boolean isOwn(Author author, long live) {
        return BlockStates.is(live, BlockState.LIVE) && StateWord.owner(live) == author.owner();
    }

    private void note(Author author, long recordAt, int site, int action) {
        BlockStates.note(cells.memory(), recordAt, author.process(), site, action, author.nowMs());
    }

    private void noteDisplaced(Author author, long recordAt, long displaced) {
        long seal = cells.memory().getLong(recordAt + RecordLayout.SEAL_OFFSET);
        cells.memory()
                .putLongs(
                        recordAt + RecordLayout.CHANGED_OFFSET,
                        DisplacesWord.pack(displaced, BlockStates.DISPLACES),
                        RecordWords.seal(author.nowMs(), RecordWords.checksumOf(seal)));
    }
}
