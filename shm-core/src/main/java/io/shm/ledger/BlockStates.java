package io.shm.ledger;

import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;

/**
 * The state machine of a block. Nothing else writes a record's state word, except who formats a slab before its commit.
 *
 * <pre>
 *              allocate                     free
 *   FREE ---------------------> LIVE(P,g) ---------> FREE(g)
 *     \  reserve        commit /   |
 *      `------> RESERVED(P,g)-'    | orphan (owner gone, policy keep)
 *                  | withdraw      v
 *                  `--> FREE(g)  ORPHAN(g)
 *
 *              withhold                     release
 *   LIVE(P,g) ---------> RESERVED(P,g) -------------> FREE(g)
 * </pre>
 *
 * FREE keeps the generation of the last life, so that a second free of the same handle is told from a stale one. A
 * record of an owned slab goes straight from FREE to LIVE, because only the slab's owner allocates from it; a record of
 * a pool, which has no owner, is reserved first. A free that has to write to the block or its record while somebody else
 * could take it over right after, withholds it first. An ORPHAN is adopted, LIVE(R,g') with a fresh generation, or freed by
 * an operator's decision like a QUARANTINE: withholdUnowned, then release. All other states are those of {@link HandoverStates}.
 *
 * <p>Threads and processes: each arrow but release is one CAS from the exact word seen; false means that the word had
 * changed and nothing was done. Release is a store, by the only one who may write the word.
 */
public final class BlockStates {
    /** Action codes of a record's CHANGED word. */
    public static final int ALLOCATED = 0;

    public static final int FREED = 1;
    public static final int ORPHANED = 3;
    public static final int RECLAIMED = 4;
    public static final int PUBLISHED = 5;
    public static final int TAKEN = 6;
    /** The word is no note but a {@link io.shm.layout.DisplacesWord}. */
    public static final int DISPLACES = 7;

    public static final int ADOPTED = 8;
    public static final int OFFERED = 9;
    public static final int ACCEPTED = 10;
    public static final int WITHDRAWN = 11;
    public static final int SHARED = 12;
    /** Somebody has stored over the cell that held it: who, if that is known. */
    public static final int OVERWRITTEN = 13;
    /** In a cell of a queue. In place of the site is the lap. */
    public static final int QUEUED = 14;
    /** Of an orphan: its owner had it from a channel that delivers it again. */
    public static final int UNFINISHED = 15;
    /** The block in whose cell it still is was freed, by whoever is named: nothing leads to it any more. */
    public static final int HOLDER_FREED = 16;
    /** As {@link #HOLDER_FREED}, in a cell of a queue. In place of the site the lap stays. */
    public static final int QUEUE_FREED = 17;
    /** Its owner has lost the Java object. In place of the site are the low 24 bits of the generation. */
    public static final int LOST = 64;

    private static final long IN_HOLDER = 1L << 62;

    public static long live(int owner, long generation) {
        return StateWord.pack(BlockState.LIVE.code(), owner, generation);
    }

    /** The word of a free record; the generation is that of its last life, 0 for none. */
    public static long free(long generation) {
        return StateWord.pack(BlockState.FREE.code(), 0, generation);
    }

    /** Whether the note of a record in this state says that its owner has lost it: in this life, not in an earlier one. */
    public static boolean isLost(long word, long changed) {
        return RecordWords.actionOf(changed) == LOST
                && RecordWords.changedSiteOf(changed) == (int) (StateWord.generation(word) & 0xffffff);
    }

    /**
     * Notes that the owner of a live block has lost it: by the owner, who may be late. A CAS, and of the note alone: should
     * the block be in another life by now, then either its note is another word, or one that says nothing of it.
     */
    public static boolean noteLost(SharedMemory memory, long recordAt, long live, int process) {
        long changed = memory.getLongAcquire(recordAt + RecordLayout.CHANGED_OFFSET);
        return memory.getLongAcquire(recordAt) == live
                && memory.compareAndSetLong(
                        recordAt + RecordLayout.CHANGED_OFFSET,
                        changed,
                        RecordWords.changed(process, (int) (StateWord.generation(live) & 0xffffff), LOST));
    }

    /** Whether a note says that the block that holds this one was freed. Of a block that is HELD. */
    public static boolean isHolderFreed(long changed) {
        int action = RecordWords.actionOf(changed);
        return action == HOLDER_FREED || action == QUEUE_FREED;
    }

    /** Whether a note says for which lap a block is in a cell of a queue. */
    public static boolean isQueued(long changed) {
        int action = RecordWords.actionOf(changed);
        return action == QUEUED || action == QUEUE_FREED;
    }

    /**
     * Notes in a block that is HELD that the block with its cell is being freed: by the one who has withheld that. A CAS, and
     * of the note alone, as in {@link #noteLost}; the time is another. What a queue needs of the note stays, as a receiver may
     * still be on its way through it, and a loss that was noted stays, as it was told of.
     *
     * <p>A caller that is stopped right before the CAS, until the block was taken and is in another cell with just the same
     * note, notes it of that one: it shows a wrong last change, and the loss of that cell is found as a leak alone.
     *
     * <p>Dies before: withheld is the block with the cell, and whoever reclaims takes out what is in it. Dies before the time:
     * that of the former note.
     *
     * @param held the word that was read
     * @return whether there is nothing more to note; false where the record has changed meanwhile
     */
    public static boolean noteHolderFreed(
            SharedMemory memory, long recordAt, long held, long cell, int process, int site, long timeMs) {
        long its = memory.getLongAcquire(recordAt + RecordLayout.CELL_OFFSET);
        long changed = memory.getLongAcquire(recordAt + RecordLayout.CHANGED_OFFSET);
        long seal = memory.getLongAcquire(recordAt + RecordLayout.SEAL_OFFSET);
        if (memory.getLongAcquire(recordAt) != held) {
            return false;
        }
        if (its != cell || isHolderFreed(changed) || RecordWords.actionOf(changed) == OVERWRITTEN) {
            return true;
        }
        long noted = isQueued(changed)
                ? RecordWords.changed(process, RecordWords.changedSiteOf(changed), QUEUE_FREED)
                : RecordWords.changed(process, site, HOLDER_FREED);
        if (!memory.compareAndSetLong(recordAt + RecordLayout.CHANGED_OFFSET, changed, noted)) {
            return false;
        }
        memory.compareAndSetLong(
                recordAt + RecordLayout.SEAL_OFFSET, seal, RecordWords.seal(timeMs, RecordWords.checksumOf(seal)));
        return true;
    }

    /**
     * Notes again what an orphan's note was before its owner has adopted it, who is about to give it up. A CAS, and of the note
     * alone, as in {@link #noteLost}. Dies after: it is the dead one's, and its note is made anew by whoever reclaims.
     */
    public static void noteGivenUp(SharedMemory memory, long recordAt, long live, int process, long former) {
        long changed = memory.getLongAcquire(recordAt + RecordLayout.CHANGED_OFFSET);
        if (RecordWords.actionOf(changed) == ADOPTED
                && RecordWords.processOf(changed) == process
                && memory.getLongAcquire(recordAt) == live) {
            memory.compareAndSetLong(recordAt + RecordLayout.CHANGED_OFFSET, changed, former);
        }
    }

    /** What a live block's {@code CELL} is while its owner has it in a holder. */
    public static long inHolder(int holder) {
        return IN_HOLDER | holder;
    }

    /** Whether the {@code CELL} of a live block says that it is in a holder. */
    public static boolean isInHolder(long cell) {
        return (cell & (1L << 63 | IN_HOLDER)) == IN_HOLDER;
    }

    /** Whether the word is a valid one of this state. */
    public static boolean is(long word, BlockState state) {
        return StateWord.state(word) == state.code() && StateWord.isValid(word);
    }

    /**
     * Writes the body of a life that has not begun. By the owner of the slab, or of the reservation; before the commit.
     *
     * <p>The fence keeps the stores behind the read that saw the record free: a reader that sees one of them also
     * sees that the earlier life is over, and does not show a mixture. Dies here: the record is still free.
     */
    public static void write(SharedMemory memory, long recordAt, long size, long origin, long born, long by) {
        SharedMemory.storeStoreFence();
        memory.putLongs(
                recordAt + RecordLayout.SIZE_OFFSET,
                size,
                origin,
                born,
                by,
                0,
                0,
                RecordWords.seal(0, RecordWords.checksum(recordAt, origin, born, by)));
    }

    /**
     * FREE → LIVE, by the owner of the slab. The CAS publishes the body; pairs with the acquire of {@link
     * RecordView#read}.
     *
     * <p>Dies after: a live block of a dead owner, for whoever reclaims.
     */
    public static boolean allocate(SharedMemory memory, long recordAt, long free, long live) {
        return memory.compareAndSetLong(recordAt, free, live);
    }

    /**
     * FREE → RESERVED, by anyone, in a pool.
     *
     * <p>Dies after: whoever reclaims the dead one withdraws it.
     */
    public static boolean reserve(SharedMemory memory, long recordAt, long free, int owner, long generation) {
        return memory.compareAndSetLong(recordAt, free, reserved(owner, generation));
    }

    /** RESERVED → LIVE, by the one who reserved; commits the body. Dies after: as {@link #allocate}. */
    public static boolean commit(SharedMemory memory, long recordAt, int owner, long generation) {
        return memory.compareAndSetLong(recordAt, reserved(owner, generation), live(owner, generation));
    }

    /**
     * LIVE → RESERVED, by the owner: the first half of a free, of two racing calls exactly one returns true. Until the
     * second half the record and the block are the caller's alone.
     *
     * <p>Dies after: whoever reclaims the dead one withdraws it; what is secret is wiped then.
     */
    public static boolean withhold(SharedMemory memory, long recordAt, long live) {
        return memory.compareAndSetLong(recordAt, live, reserved(StateWord.owner(live), StateWord.generation(live)));
    }

    /**
     * RESERVED → FREE, by the one who withheld it. Publishes the note; pairs with the acquire of whoever allocates. False
     * where somebody took the caller for dead and has withdrawn the record.
     *
     * <p>Dies after: the block is free, but no hint says so; a scan or a full look finds it, or whoever looks for large
     * runs that are free.
     *
     * @param live the word before the free began
     */
    public static boolean release(SharedMemory memory, long recordAt, long live) {
        long generation = StateWord.generation(live);
        return memory.compareAndSetLong(recordAt, reserved(StateWord.owner(live), generation), free(generation));
    }

    /**
     * RESERVED → FREE, by whoever reclaims the dead one who reserved or withheld it.
     *
     * <p>Dies after: as {@link #release}.
     */
    public static boolean withdraw(SharedMemory memory, long recordAt, long reserved) {
        return memory.compareAndSetLong(recordAt, reserved, free(StateWord.generation(reserved)));
    }

    /**
     * Notes who changes the record, for the diagnosis of a later mistake. By the only one who may write to it: it is
     * withheld, or free and on nobody's list yet, or its owner is dead; or its owner has just resized it, and nobody may
     * free it meanwhile.
     *
     * <p>Dies after: whoever reclaims may have noted something that did not happen; the state word tells that it did not.
     */
    public static void note(SharedMemory memory, long recordAt, int process, int site, int action, long timeMs) {
        long seal = memory.getLong(recordAt + RecordLayout.SEAL_OFFSET);
        note(memory, recordAt, process, site, action, timeMs, RecordWords.checksumOf(seal));
    }

    /** As the other, by one who has read the record's checksum. */
    public static void note(
            SharedMemory memory, long recordAt, int process, int site, int action, long timeMs, int checksum) {
        memory.putLongs(
                recordAt + RecordLayout.CHANGED_OFFSET,
                RecordWords.changed(process, site, action),
                RecordWords.seal(timeMs, checksum));
    }

    /**
     * LIVE → FREE, by the owner in a slab of the thread, or by whoever reclaims a gone owner. Of two racing calls exactly
     * one returns true.
     *
     * <p>Dies after: the block is free; a slab's owner, or whoever adopts the slab, finds it by a scan.
     */
    public static boolean free(SharedMemory memory, long recordAt, long live) {
        return memory.compareAndSetLong(recordAt, live, free(StateWord.generation(live)));
    }

    /**
     * LIVE → ORPHAN, by whoever reclaims a gone owner under policy keep or adopt, or by an owner that does not want what
     * it has adopted. Dies after: nothing is left to do.
     */
    public static boolean orphan(SharedMemory memory, long recordAt, long live) {
        return memory.compareAndSetLong(
                recordAt, live, StateWord.pack(BlockState.ORPHAN.code(), 0, StateWord.generation(live)));
    }

    /**
     * ORPHAN → LIVE with a fresh generation, by a participant that takes the block over: of several exactly one.
     *
     * <p>Dies after: a live block of a dead owner, for whoever reclaims; the note may still be that of the orphan.
     */
    public static boolean adopt(SharedMemory memory, long recordAt, long orphan, int owner, long generation) {
        return memory.compareAndSetLong(recordAt, orphan, live(owner, generation));
    }

    /**
     * ORPHAN or QUARANTINE → RESERVED, by a participant for an operator who has decided: the first half of a free.
     *
     * <p>Dies after: as {@link #withhold}.
     */
    public static boolean withholdUnowned(SharedMemory memory, long recordAt, long seen, int owner) {
        return memory.compareAndSetLong(recordAt, seen, reserved(owner, StateWord.generation(seen)));
    }

    /**
     * Any word, valid or not → QUARANTINE, by whoever repairs: nobody allocates, resolves or frees the block from here on,
     * until an operator decides. What generation the word has, damaged or not, it keeps. Also RESERVED → QUARANTINE, by its
     * owner, who frees at level paranoid a block beside which somebody has written.
     *
     * <p>Dies after: nothing is left to do.
     */
    public static boolean quarantine(SharedMemory memory, long recordAt, long seen) {
        return memory.compareAndSetLong(
                recordAt, seen, StateWord.pack(BlockState.QUARANTINE.code(), 0, StateWord.generation(seen)));
    }

    /** Changes the requested size of a live block in its place, by its owner; the state word stays. */
    public static boolean resize(SharedMemory memory, long recordAt, long sizeWord, long newSizeWord) {
        return memory.compareAndSetLong(recordAt + RecordLayout.SIZE_OFFSET, sizeWord, newSizeWord);
    }

    private static long reserved(int owner, long generation) {
        return StateWord.pack(BlockState.RESERVED.code(), owner, generation);
    }

    private BlockStates() {}
}
