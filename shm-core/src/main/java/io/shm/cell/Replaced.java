package io.shm.cell;

import io.shm.heap.Block;

/**
 * What came of a replacement.
 *
 * @param done whether the replacement is in the cell; if not, nothing has changed
 * @param former what it has displaced, this process's own now; null if another took it in the same moment, or it is shared
 *     and so has its holders, or there was none
 */
public record Replaced(boolean done, Block former) {
    static final Replaced REFUSED = new Replaced(false, null);
    static final Replaced NOTHING = new Replaced(true, null);
}
