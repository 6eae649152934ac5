package io.shm.cell;

import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.layout.RegionMap;
import io.shm.ledger.Cells;
import io.shm.ledger.Handover;
import io.shm.ledger.Sharing;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.memory.SharedMemory;

/** What all cells of a region have in common in this process. Threads: safe. */
public final class CellSpace {
    private final SharedMemory memory;
    private final Heap heap;
    private final Sites sites;
    private final Handover handover;
    private final Sharing sharing;
    private final Holds holds;

    public CellSpace(SharedMemory memory, RegionMap map, Heap heap, Sites sites) {
        this.memory = memory;
        this.heap = heap;
        this.sites = sites;
        Cells cells = new Cells(memory, map);
        this.sharing = new Sharing(cells);
        this.handover = new Handover(cells, sharing);
        this.holds = new Holds(heap, sharing);
    }

    /**
     * A cell of a block, by its offset in the payload.
     *
     * @throws IllegalArgumentException if the block's type has no cell there
     */
    public Slot slot(Block block, long offset) {
        try {
            var type = heap.typeOf(block);
            if (type == null || !type.hasCellAt(offset, block.size())) {
                throw new IllegalArgumentException("no cell at offset " + offset + " of a block of "
                        + (type == null ? "no type" : "type " + type.name()) + " and " + block.size() + " bytes");
            }
            return new Slot(this, block.offset() + offset, block);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /**
     * Offers a block to one participant. This process's handle of it stays good for {@link #withdraw} alone.
     *
     * @return the handle to tell the other
     * @throws StaleHandleException if the block is not this process's own
     */
    public long offer(Block block, Participation target, Site site) {
        try {
            checkBlock(block);
            long handle = block.handle();
            if (!handover.offer(heap, heap.recordAt(block), heap.word(block), target.word(), noted(site))) {
                throw notOurs(block);
            }
            heap.handedOver(block, 0, noted(site));
            return handle;
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /** The block of an offer, which is this process's own from now on; null where there is no such offer to it. */
    public Block accept(long handle, Participation self, Site site) {
        try {
            long generation = heap.freshGeneration();
            int noted = noted(site);
            return owned(handover.accept(heap, handle, self.word(), generation, noted), generation, 0, noted);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /** The block of an offer of this process that nobody has accepted, its own again; null where it is too late. */
    public Block withdraw(long handle, Site site) {
        try {
            long generation = heap.freshGeneration();
            int noted = noted(site);
            return owned(handover.withdraw(heap, handle, generation, noted), generation, 0, noted);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /** A block that was just handed to this process, under a fresh generation; null for a refusal. */
    Block owned(long recordAt, long generation, long cell, int site) {
        return recordAt <= 0 ? null : heap.handedToUs(recordAt, generation, cell, site);
    }

    void checkBlock(Block block) {
        if (!heap.isOurs(block)) {
            throw new IllegalArgumentException("a block is recorded in cells of its own region: " + block);
        }
        heap.checkOpen();
    }

    StaleHandleException notOurs(Block block) {
        return new StaleHandleException("refused to hand over: " + heap.describe(block.handle()));
    }

    SharedMemory memory() {
        return memory;
    }

    Heap heap() {
        return heap;
    }

    /** The id to note for a line; that of the unknown site below level sites. */
    int noted(Site site) {
        return heap.keepsSites() ? sites.idOf(site) : 0;
    }

    Handover handover() {
        return handover;
    }

    Sharing sharing() {
        return sharing;
    }

    Holds holds() {
        return holds;
    }
}
