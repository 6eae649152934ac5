package io.shm.cell;

import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.BlockType;
import io.shm.ledger.Site;

/**
 * A fixed number of cells side by side, in a block of its own. To append finds a free element and fills it in one step, so
 * nobody overwrites another's, and an exception in between loses nothing.
 *
 * <p>Threads and processes: as {@link Slot}.
 */
public final class CellArray {
    /** What blocks of arrays are: all cells. */
    public static final BlockType TYPE = BlockType.of("shm.array").cells(0, 8, 0);

    /** Most elements. */
    public static final int MAX_LENGTH = 1 << 27;

    private final CellSpace space;
    private final Block block;

    /** An array in a block of {@link #TYPE}. */
    public CellArray(CellSpace space, Block block) {
        this.space = space;
        this.block = block;
        if (!TYPE.equals(space.heap().typeOf(block))) {
            throw new IllegalArgumentException("this block is no array of cells: " + block);
        }
    }

    /**
     * What to allocate for an array.
     *
     * @throws IllegalArgumentException unless length is 1 to {@link #MAX_LENGTH}
     */
    public static BlockSpec specOf(int length) {
        if (length < 1 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("an array has 1 to " + MAX_LENGTH + " elements, not " + length);
        }
        return BlockSpec.of(8L * length).type(TYPE);
    }

    public int length() {
        return (int) (block.size() / 8);
    }

    /** The block that has the cells. */
    public Block block() {
        return block;
    }

    /**
     * An element.
     *
     * @throws IndexOutOfBoundsException unless index is 0 to length - 1; nothing is touched
     */
    public Slot slot(int index) {
        int length = length();
        if (index < 0 || index >= length) {
            space.heap().faults().index(block, index, length);
            throw new IndexOutOfBoundsException("index " + index + " of an array of " + length);
        }
        return new Slot(space, block.offset() + 8L * index, block);
    }

    /**
     * Gives a block to the first empty element.
     *
     * @return which, or -1 where all are occupied; the block is still this process's own then
     * @throws StaleHandleException if the block is not this process's own
     */
    public int append(Block element) {
        return append(element, Site.UNKNOWN);
    }

    /** As {@link #append(Block)}, noting the line that appends. */
    public int append(Block element, Site site) {
        try {
            space.checkBlock(element);
            if (!block.isInUse()) {
                throw new StaleHandleException(
                        "the array is gone: " + space.heap().describe(block.handle()));
            }
            int index = space.handover()
                    .publishInFirst(
                            space.heap(),
                            space.heap().recordAt(element),
                            space.heap().word(element),
                            block.offset(),
                            length(),
                            space.noted(site));
            if (index < 0 && !element.isLive()) {
                throw space.notOurs(element);
            }
            if (index >= 0) {
                space.heap().handedOver(element, block.offset() + 8L * index, space.noted(site));
            }
            return index;
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }

    /** As {@link Slot#publish} of an element: false where it is occupied. */
    public boolean set(int index, Block element) {
        return slot(index).publish(element);
    }

    /** As {@link #set(int, Block)}, noting the line that publishes. */
    public boolean set(int index, Block element, Site site) {
        return slot(index).publish(element, site);
    }

    /** As {@link Slot#get} of an element. */
    public Block get(int index) {
        return slot(index).get();
    }

    /** As {@link Slot#take} of an element. */
    public Block take(int index) {
        return slot(index).take();
    }

    /** As {@link #take(int)}, noting the line that takes. */
    public Block take(int index, Site site) {
        return slot(index).take(site);
    }

    /** How many elements hold a block at the moment. */
    public int count() {
        int count = 0;
        for (int i = 0; i < length(); i++) {
            count += slot(i).isEmpty() ? 0 : 1;
        }
        return count;
    }

    @Override
    public String toString() {
        return "CellArray[" + length() + "]";
    }
}
