package io.shm.heap;

import java.util.Arrays;

/** An unordered list of a thread's slabs of one class; the slab knows its place, so taking it out is one step. */
final class SlabList {
    private final boolean available;
    private SlabCache[] slabs = new SlabCache[4];
    private int size;

    /** A list of slabs with free records, or of all slabs; the two keep their places in different fields. */
    SlabList(boolean available) {
        this.available = available;
    }

    int size() {
        return size;
    }

    SlabCache get(int at) {
        return slabs[at];
    }

    SlabCache last() {
        return size == 0 ? null : slabs[size - 1];
    }

    void add(SlabCache slab) {
        if (place(slab) >= 0) {
            return;
        }
        if (size == slabs.length) {
            slabs = Arrays.copyOf(slabs, size * 2);
        }
        place(slab, size);
        slabs[size++] = slab;
    }

    void remove(SlabCache slab) {
        int at = place(slab);
        if (at < 0) {
            return;
        }
        SlabCache moved = slabs[--size];
        slabs[size] = null;
        if (moved != slab) {
            slabs[at] = moved;
            place(moved, at);
        }
        place(slab, -1);
    }

    private int place(SlabCache slab) {
        return available ? slab.availableAt : slab.heldAt;
    }

    private void place(SlabCache slab, int at) {
        if (available) {
            slab.availableAt = at;
        } else {
            slab.heldAt = at;
        }
    }
}
