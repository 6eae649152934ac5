package io.shm.heap;

import io.shm.memory.SharedMemory;
import java.util.Arrays;

/**
 * Blocks that a scope has allocated, by record and word: what still has the word has neither been freed nor handed on.
 * Does not keep the blocks' objects alive.
 *
 * <p>Used by one thread at a time.
 */
public final class ScopedBlocks {
    private static final int FEWEST = 16;

    private final Heap heap;
    private final int id;
    /** A record's offset, its word, and so on. */
    private long[] entries = new long[2 * FEWEST];

    private int length;

    ScopedBlocks(Heap heap, int id) {
        this.heap = heap;
        this.id = id;
    }

    /** What records of these blocks have as their scope. */
    public int id() {
        return id;
    }

    /** Allocates for the scope; otherwise as {@link Heap#tryAllocate}. */
    public Block tryAllocate(long size, int tag, int site, int flags) {
        Block block = heap.tryAllocate(size, tag, site, flags | (long) id << Heap.SCOPE_SHIFT);
        if (block != null) {
            add(block);
        }
        return block;
    }

    synchronized void add(Block block) {
        if (length == entries.length) {
            // Twice as much room as is needed now, so that each block is looked at a few times however long this lives.
            forgetFreed();
            if (length > entries.length / 2) {
                entries = Arrays.copyOf(entries, 2 * entries.length);
            }
        }
        entries[length++] = block.recordAt();
        entries[length++] = block.word();
    }

    /** How many are still this process's own, and neither freed nor handed on. */
    public synchronized long unfreed() {
        forgetFreed();
        return length / 2;
    }

    /** Frees those. */
    public synchronized void freeAll(int site) {
        for (int i = 0; i < length; i += 2) {
            heap.free(entries[i], entries[i + 1], site);
        }
        length = 0;
    }

    /** Nothing is allocated for the scope after this. */
    public void close() {
        heap.forget(this);
    }

    private void forgetFreed() {
        SharedMemory memory = heap.memory();
        int kept = 0;
        for (int i = 0; i < length; i += 2) {
            if (memory.getLongAcquire(entries[i]) == entries[i + 1]) {
                entries[kept++] = entries[i];
                entries[kept++] = entries[i + 1];
            }
        }
        length = kept;
    }
}
