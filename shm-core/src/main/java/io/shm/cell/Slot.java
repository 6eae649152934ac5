package io.shm.cell;

import io.shm.error.CorruptRegionException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.layout.Handle;
import io.shm.ledger.Cells;
import io.shm.ledger.Handover;
import io.shm.ledger.Site;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * One cell: a place for one block, that every process finds and that outlives each of them.
 *
 * <p>A block that is published belongs to the cell, and to nobody else, until somebody takes it. Then it has a new handle:
 * the one that it had before is stale. Every method either does all of what it says or nothing.
 *
 * <p>Threads and processes: safe, lock-free: whoever meets what another has left half-done finishes it and goes on. A
 * crash at any moment leaves the block with its publisher, in the cell, or with its taker; whoever reaps the dead one
 * settles which. Where the region's memory is gone every method throws {@link io.shm.error.UnavailableException}.
 */
public final class Slot {
    private static final int ATTEMPTS = 1000;

    private final CellSpace space;
    private final long cell;
    /** The block that the cell is part of; null for a root. */
    private final Block parent;

    Slot(CellSpace space, long cell, Block parent) {
        this.space = space;
        this.cell = cell;
        this.parent = parent;
    }

    /** Of the cell in the region, bytes. */
    public long offset() {
        return cell;
    }

    /** What the cell holds; 0 where it is empty. */
    public long handle() {
        try {
            space.heap().checkOpen();
            long handle = space.memory().getLongAcquire(cell);
            return Cells.isEmpty(handle) ? Handle.NONE : handle;
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    public boolean isEmpty() {
        return handle() == Handle.NONE;
    }

    /**
     * The block that the cell holds, to be read; null where it is empty. Another may take it at any moment: then the object
     * returned is no longer {@link Block#isLive() live}.
     */
    public Block get() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long handle = handle();
            if (handle == Handle.NONE) {
                return null;
            }
            Block block = space.heap().resolve(handle);
            if (block != null) {
                return block;
            }
            if (handle() == handle) {
                throw dangling(handle);
            }
        }
        return null;
    }

    /**
     * Gives a block to the cell, if that is empty.
     *
     * @return false where it is not; the block is still this process's own
     * @throws StaleHandleException if the block is not this process's own
     */
    public boolean publish(Block block) {
        return publish(block, Site.UNKNOWN);
    }

    /** As {@link #publish(Block)}, noting the line that publishes. */
    public boolean publish(Block block, Site site) {
        try {
            check(block);
            long done = space.handover()
                    .publish(
                            space.heap(),
                            space.heap().recordAt(block),
                            space.heap().word(block),
                            cell,
                            space.noted(site));
            if (done == Handover.NOT_OURS) {
                throw space.notOurs(block);
            }
            if (done == Handover.DONE) {
                space.heap().handedOver(block, cell, space.noted(site));
            }
            return done == Handover.DONE;
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    /**
     * Takes the block out of the cell: it is this process's own from now on, under a new handle.
     *
     * @return null where the cell is empty
     * @throws IllegalStateException if what the cell holds is shared: see {@link #acquire} and {@link #retire}
     * @throws CorruptRegionException if the cell holds a handle of no block that is recorded here
     */
    public Block take() {
        return take(Site.UNKNOWN);
    }

    /** As {@link #take()}, noting the line that takes. */
    public Block take(Site site) {
        try {
            checkParent();
            if (isEmpty()) {
                return null;
            }
            long generation = space.heap().freshGeneration();
            long taken = space.handover().take(space.heap(), cell, generation, space.noted(site));
            if (taken == Handover.IS_SHARED) {
                throw new IllegalStateException("what this cell holds is shared: acquire it, or retire it");
            }
            if (taken == Handover.DANGLING) {
                throw dangling(handle());
            }
            return space.owned(taken, generation, cell, space.noted(site));
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    /**
     * Puts a block in the place of the one that the cell holds, if that is the expected one.
     *
     * @param expected what {@link #handle} has returned
     * @throws StaleHandleException if the replacement is not this process's own
     */
    public Replaced compareAndReplace(long expected, Block replacement, Site site) {
        try {
            check(replacement);
            if (expected == Handle.NONE) {
                return publish(replacement, site) ? Replaced.NOTHING : Replaced.REFUSED;
            }
            long generation = space.heap().freshGeneration();
            long result = space.handover()
                    .replace(
                            space.heap(),
                            space.heap().recordAt(replacement),
                            space.heap().word(replacement),
                            cell,
                            expected,
                            generation,
                            space.noted(site));
            if (result == Handover.NOT_OURS) {
                throw space.notOurs(replacement);
            }
            if (result == Handover.DANGLING) {
                throw dangling(expected);
            }
            if (result < 0) {
                return Replaced.REFUSED;
            }
            space.heap().handedOver(replacement, cell, space.noted(site));
            return result == Handover.DONE
                    ? Replaced.NOTHING
                    : new Replaced(true, space.owned(result, generation, cell, space.noted(site)));
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    /**
     * Puts a block into the cell, whatever is there.
     *
     * @return the block that was there, this process's own now; null if there was none, or another process took it in the
     *     same moment, or it is shared and so has its holders
     */
    public Block exchange(Block block, Site site) {
        while (true) {
            Replaced replaced = compareAndReplace(handle(), block, site);
            if (replaced.done()) {
                return replaced.former();
            }
            checkWord();
        }
    }

    /** As {@link #exchange(Block, Site)}, without a line. */
    public Block exchange(Block block) {
        return exchange(block, Site.UNKNOWN);
    }

    /**
     * The cell's block; where it is empty, a new one that is put there. Of several processes that do this at once all get the
     * same block, and none is lost.
     *
     * @param allocation makes a block of this process's own, not yet visible to others; called once more each time that
     *     another has taken the last one before it could be read
     * @return to be read; the cell owns it
     */
    public Block getOrAllocate(Supplier<Block> allocation) {
        Block mine = null;
        while (true) {
            Block present = get();
            if (present != null) {
                if (mine != null) {
                    mine.free();
                }
                return present;
            }
            if (mine == null) {
                mine = allocation.get();
            }
            long handle = mine.handle();
            if (publish(mine)) {
                // Taken already by another: then the next round looks again.
                Block published = space.heap().resolve(handle);
                if (published != null) {
                    return published;
                }
                mine = null;
            } else {
                checkWord();
            }
        }
    }

    /**
     * Writes a block's handle over whatever the cell holds, as a program does that does not look. A block that was there is
     * lost: nobody owns it, and its cell holds another. It exists for those who replace such programs step by step, and to
     * show that the ledger finds what they lose.
     *
     * @return the handle that was there, 0 for none
     */
    public long putRaw(Block block, Site site) {
        try {
            check(block);
            long before = space.handover()
                    .putRaw(
                            space.heap(),
                            space.heap().recordAt(block),
                            space.heap().word(block),
                            cell,
                            space.noted(site),
                            lost -> space.heap().overwritten(cell, lost, space.noted(site)));
            if (before == Handover.NOT_OURS) {
                throw space.notOurs(block);
            }
            space.heap().handedOver(block, cell, space.noted(site));
            return before;
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    // ---------------------------------------------------------------- shared blocks

    /**
     * Shares a block through the cell, if that is empty: any process may acquire it, and the last one that lets go frees it.
     *
     * @return this process's hold; null where the cell is not empty
     * @throws StaleHandleException if the block is not this process's own
     */
    public Hold share(Block block) {
        try {
            check(block);
            long handle = block.handle();
            long recordAt = space.heap().recordAt(block);
            long live = space.heap().word(block);
            long done = space.holds().share(handle, recordAt, live, cell);
            if (done == Handover.NOT_OURS) {
                throw space.notOurs(block);
            }
            if (done != Handover.DONE) {
                return null;
            }
            space.heap().handedOver(block, cell, 0);
            return new Hold(space, space.heap().block(recordAt, Cells.sharedWord(live)));
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    /**
     * A hold of the shared block that is in the cell.
     *
     * @return null where the cell is empty
     * @throws IllegalStateException if what the cell holds is not shared
     */
    public Hold acquire() {
        try {
            checkParent();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long handle = handle();
                if (handle == Handle.NONE) {
                    return null;
                }
                boolean recorded = space.handover().help(space.heap(), cell);
                long recordAt = space.holds().acquire(handle);
                if (recordAt > 0) {
                    return new Hold(
                            space, space.heap().block(recordAt, space.memory().getLongAcquire(recordAt)));
                }
                if (handle() == handle) {
                    if (!recorded) {
                        throw dangling(handle);
                    }
                    throw new IllegalStateException("what this cell holds is not shared: take it");
                }
            }
            return null;
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    /**
     * Takes a shared block out of the cell; its holders keep it, and without any it is freed.
     *
     * @return false where the cell is empty, or what it holds is not shared
     */
    public boolean retire() {
        try {
            checkParent();
            if (isEmpty()) {
                return false;
            }
            space.handover().help(space.heap(), cell);
            return space.sharing().retire(space.heap(), cell) == Handover.DONE;
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    // ---------------------------------------------------------------- pieces

    private void check(Block block) {
        space.checkBlock(block);
        checkParent();
    }

    /** A word that is neither 0 nor a handle, and so neither empty nor occupied, would be tried for ever. */
    private void checkWord() {
        long word = space.memory().getLongAcquire(cell);
        if (word != Handle.NONE && Cells.isEmpty(word)) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT, "a cell holds a word that is no handle: cell=%d observed=0x%016x", cell, word));
        }
    }

    /** The bytes of a block that was freed are another's: no cell. */
    private void checkParent() {
        space.heap().checkOpen();
        if (parent != null && !parent.isInUse()) {
            throw new StaleHandleException(
                    "the block that has this cell is gone: " + space.heap().describe(parent.handle()));
        }
    }

    private CorruptRegionException dangling(long handle) {
        return new CorruptRegionException(String.format(
                Locale.ROOT,
                "a cell holds a handle of no block that is recorded there: cell=%d handle=0x%016x; %s",
                cell,
                handle,
                space.heap().describe(handle)));
    }

    @Override
    public String toString() {
        return "Slot[" + cell + "]";
    }
}
