package io.shm.heap;

import io.shm.layout.RegionMap;
import io.shm.ledger.Author;
import io.shm.ledger.Cells;
import io.shm.ledger.Handover;
import io.shm.ledger.Sharing;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.function.LongConsumer;

/**
 * What the cells of a block hold, when nobody is left who would take it out: it goes the way of the block.
 *
 * <p>Threads: as safe as its callers; each block is emptied by the one who is about to free it.
 */
final class Contents {
    private final Types types;
    private final Sharing sharing;
    private final Handover handover;

    Contents(SharedMemory memory, RegionMap map, Types types) {
        Cells cells = new Cells(memory, map);
        this.types = types;
        this.sharing = new Sharing(cells);
        this.handover = new Handover(cells, sharing);
    }

    Sharing sharing() {
        return sharing;
    }

    Handover handover() {
        return handover;
    }

    /**
     * Empties the cells of a block: what they hold is the author's then, and shared blocks lose their cell. Dies half-way:
     * what was taken is the author's, and settled with what is his; what was not is still in its cell, and so is the block.
     *
     * @param size bytes of the payload from payloadAt on, checked
     * @param taken told where the record lies of each block that is the author's now
     */
    void take(Author author, int type, long payloadAt, long size, int site, LongConsumer taken) {
        if (type != Types.NONE) {
            types.forEachCell(type, payloadAt, size, cell -> takeOut(author, cell, site, taken));
        }
    }

    /** As {@link #take}, of one cell. */
    void takeOut(Author author, long cell, int site, LongConsumer taken) {
        if (handover.isEmpty(cell)) {
            return;
        }
        long recordAt = handover.take(author, cell, author.freshGeneration(), site);
        if (recordAt > 0) {
            taken.accept(recordAt);
        } else if (recordAt == Handover.IS_SHARED) {
            handover.help(author, cell);
            sharing.retire(author, cell);
        }
    }
}
