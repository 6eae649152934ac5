package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.Author;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Cells;
import io.shm.ledger.Handover;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;

/**
 * Blocks that are still in cells of a block which its owner frees: nothing leads to them any more. It is noted in each of
 * them who frees the one that held it, and where: before that one's place can be used again, and its cells hold anything
 * else. So whoever finds such a block later knows that it leaked, and that no reference to it was written over.
 *
 * <p>Shared blocks are left as they are: their note is a set of holders, and what they have in their cell's place is looked
 * at by whoever ends his hold. So is one that somebody takes in this moment: it is his.
 *
 * <p>Threads and processes: by the one who has withheld the block, while others take what is in it, or help. Dies in between:
 * the block is withheld, and whoever reclaims takes out what is in its cells, noted or not.
 */
final class LeftBehind {
    /** Each further attempt means that another has got on with the block in that cell. */
    private static final int ATTEMPTS = 1000;

    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;
    private final Types types;
    private final Handover handover;
    private final Author author;

    LeftBehind(SharedMemory memory, RegionMap map, LedgerScan scan, Types types, Handover handover, Author author) {
        this.memory = memory;
        this.map = map;
        this.scan = scan;
        this.types = types;
        this.handover = handover;
        this.author = author;
    }

    /**
     * Looks through the cells of a block that is withheld for the author; one without cells has none.
     *
     * @param size the record's word of the size; it may be anything
     * @param geometry how the blocks of its slab lie; null if that is not known, and so not where its cells are
     * @param site of the free
     */
    void note(long recordAt, long size, Geometry geometry, int site) {
        int type = RecordWords.typeOf(size);
        if (type == Types.NONE || geometry == null) {
            return;
        }
        long slabAt = map.slabAt((int) map.slabOf(recordAt));
        long blockAt = slabAt + geometry.blockAt(RecordLayout.indexOf(slabAt, recordAt));
        int alignment = RecordWords.alignmentOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
        long payloadAt = Geometry.align(blockAt, Math.min(Geometry.MAX_ALIGNMENT, alignment));
        long bytes = Math.min(RecordWords.sizeOf(size), geometry.blockBytes() - (payloadAt - blockAt));
        types.forEachCell(type, payloadAt, bytes, cell -> noteWhatIsIn(cell, site));
    }

    private void noteWhatIsIn(long cell, int site) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long handle = memory.getLongAcquire(cell);
            long recordAt = Cells.isEmpty(handle) ? -1 : scan.recordAt(handle);
            long word = recordAt < 0 ? 0 : memory.getLongAcquire(recordAt);
            if (recordAt < 0 || !StateWord.isValid(word) || !Handle.matches(handle, word)) {
                return;
            }
            if (StateWord.state(word) == BlockState.PUB.code()) {
                if (!handover.help(author, cell)) {
                    return;
                }
            } else if (StateWord.state(word) != BlockState.HELD.code()
                    || BlockStates.noteHolderFreed(
                            memory, recordAt, word, cell, author.process(), site, author.nowMs())) {
                return;
            }
        }
    }
}
