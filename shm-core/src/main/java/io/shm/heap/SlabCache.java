package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;

/**
 * The private free list of one slab that this process owns: a bit for each record known to be free.
 *
 * <p>On the Java heap, used only by its holder, a thread or a locked stripe, or by whoever has frozen that. A set bit
 * means that the record is FREE and that nobody else will allocate it; a clear bit says nothing.
 */
final class SlabCache {
    final int slab;
    final int sizeClass;
    final Geometry geometry;
    final long slabAt;
    final int count;
    /** Behind the last record: where one lies beyond, the slab was something else when it was allocated. */
    final long recordsEnd;
    /** Whose free list this is; read by other threads of the process to choose the way back of a block. */
    final ThreadCache holder;

    private final long[] free;
    private int freeCount;
    private int cursor;

    /** Position in the holder's list of slabs with free records, -1 if it has none. */
    int availableAt = -1;
    /** Position in the holder's list of all slabs of the class. */
    int heldAt = -1;

    SlabCache(ThreadCache holder, int slab, int sizeClass, long slabAt) {
        this.holder = holder;
        this.slab = slab;
        this.sizeClass = sizeClass;
        this.geometry = Geometry.ofClass(sizeClass);
        this.slabAt = slabAt;
        this.count = geometry.count();
        this.recordsEnd = RecordLayout.recordAt(slabAt, count);
        this.free = new long[(count + 63) >>> 6];
    }

    /** A record to allocate, taken out of the list; -1 if there is none. */
    int pop() {
        long bits = free[cursor];
        if (bits == 0) {
            if (freeCount == 0) {
                return -1;
            }
            do {
                cursor = cursor + 1 == free.length ? 0 : cursor + 1;
                bits = free[cursor];
            } while (bits == 0);
        }
        free[cursor] = bits & (bits - 1);
        freeCount--;
        return (cursor << 6) + Long.numberOfTrailingZeros(bits);
    }

    /** Puts a record into the list, to be popped soon while its cache lines are warm; again is without effect. */
    void push(int index) {
        int at = index >>> 6;
        long bit = 1L << index;
        if ((free[at] & bit) == 0) {
            free[at] |= bit;
            freeCount++;
            cursor = at;
        }
    }

    boolean contains(int index) {
        return (free[index >>> 6] & (1L << index)) != 0;
    }

    int freeCount() {
        return freeCount;
    }

    boolean isEmptySlab() {
        return freeCount == count;
    }

    long recordAt(int index) {
        return RecordLayout.recordAt(slabAt, index);
    }

    long blockAt(int index) {
        return slabAt + geometry.blockAt(index);
    }

    /**
     * The group of a record in a slab's 64-bit hint.
     *
     * @param count records of the slab
     */
    static int group(int index, int count) {
        return index / groupSize(count);
    }

    static int groupSize(int count) {
        return (count + 63) >>> 6;
    }
}
