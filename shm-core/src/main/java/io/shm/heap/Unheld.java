package io.shm.heap;

import io.shm.ledger.Author;
import io.shm.ledger.BlockStates;
import io.shm.ledger.HandoverStates;
import io.shm.memory.SharedMemory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Frees a block that nobody has any more, a shared one or an orphan, and what hangs in its cells. A list and no recursion: a
 * chain of blocks may be as long as the region.
 *
 * <p>Each block is withheld before it is on the list. So a death in between leaves reservations, whose cells are emptied by
 * whoever reclaims them. Used by one thread, once.
 */
final class Unheld implements Author {
    private final SharedMemory memory;
    private final Heap heap;
    private final Contents contents;
    /** Records that are RESERVED for this participant. */
    private final Deque<Long> withheld = new ArrayDeque<>();

    Unheld(SharedMemory memory, Heap heap, Contents contents) {
        this.memory = memory;
        this.heap = heap;
        this.contents = contents;
    }

    /** Nothing happens where another is at it. */
    void free(long recordAt, long shared) {
        freeUnheld(recordAt, shared);
        freeWithheld();
    }

    /** An orphan; false where another is at it. Dies after: as with a shared block. */
    boolean freeOrphan(long recordAt, long orphan) {
        if (!BlockStates.withholdUnowned(memory, recordAt, orphan, owner())) {
            return false;
        }
        withheld.add(recordAt);
        freeWithheld();
        return true;
    }

    private void freeWithheld() {
        for (Long next = withheld.poll(); next != null; next = withheld.poll()) {
            heap.emptyReserved(next, contents, this, taken -> {
                if (heap.withholdOwn(taken)) {
                    withheld.add(taken);
                }
            });
            heap.freeReserved(next);
        }
    }

    @Override
    public int owner() {
        return heap.owner();
    }

    @Override
    public int process() {
        return heap.process();
    }

    @Override
    public long nowMs() {
        return heap.nowMs();
    }

    @Override
    public long freshGeneration() {
        return heap.freshGeneration();
    }

    @Override
    public void freeUnheld(long recordAt, long shared) {
        if (HandoverStates.withholdShared(memory, recordAt, shared, owner())) {
            withheld.add(recordAt);
        }
    }
}
