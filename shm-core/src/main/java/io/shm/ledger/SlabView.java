package io.shm.ledger;

import io.shm.layout.Geometry;
import io.shm.layout.SlabWord;

/** One slab, or one run, as it was at one instant; a mutable cursor like {@link RecordView}. */
public final class SlabView {
    int slab;
    long word;
    int slabs;
    Geometry geometry;
    boolean damaged;
    boolean moved;

    SlabView() {}

    public int slab() {
        return slab;
    }

    public long word() {
        return word;
    }

    /** The state, or null where the word or the run is damaged. */
    public SlabState state() {
        return damaged ? null : SlabState.of(SlabWord.state(word));
    }

    /** Participant slot + 1, or 0. */
    public int owner() {
        return SlabWord.owner(word);
    }

    public int slabClass() {
        return SlabWord.slabClass(word);
    }

    /** How many slabs this entry stands for: more than one only for a committed run. */
    public int slabs() {
        return slabs;
    }

    /** How its blocks lie, or null where it has none. */
    public Geometry geometry() {
        return geometry;
    }

    public boolean damaged() {
        return damaged;
    }

    public boolean moved() {
        return moved;
    }
}
