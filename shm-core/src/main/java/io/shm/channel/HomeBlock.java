package io.shm.channel;

import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.Heap;

/**
 * The block that a channel, a broadcast or a table of requests lies in.
 *
 * @param what lies there, for messages
 */
record HomeBlock(String what, Heap heap, Block block) {
    /**
     * Before each use.
     *
     * @throws StaleHandleException if the block was freed: its bytes are another's
     * @throws IllegalStateException if the region is closed, or attached read-only
     */
    void checkOpen() {
        heap.checkOpen();
        if (heap.owner() == 0) {
            throw new IllegalStateException(what + ": the region is attached read-only, it sends and receives nothing");
        }
        if (!block.isInUse()) {
            throw new StaleHandleException(what + " is gone: " + heap.describe(block.handle()));
        }
    }
}
