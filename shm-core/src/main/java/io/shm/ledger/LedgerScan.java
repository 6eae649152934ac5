package io.shm.ledger;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.memory.SharedMemory;
import java.util.function.Consumer;

/**
 * Walks every slab and every record of a region, without stopping anyone.
 *
 * <p>Each slab of the region is visited exactly once, alone or as part of its run, whatever the words say; so whoever
 * adds up what is visited gets the whole region, also while others work and also when it is damaged. A snapshot is
 * consistent per record, not one instant. Every value is checked before it is used as an offset, an index or a bound.
 *
 * <p>Also finds the block of a place. Not safe for use by several threads; makes no garbage per record.
 */
public final class LedgerScan {
    private static final int ATTEMPTS = 8;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Geometry[] pools;
    private final SlabView slabView = new SlabView();
    private final RecordView recordView = new RecordView();

    /** What a walk shows. The views are valid only during the call. */
    public interface Visitor {
        /** A slab or a run; its records follow if it has a geometry. */
        void slab(SlabView slab);

        void block(SlabView slab, RecordView block);
    }

    /** What a walk through state words shows. The view of the slab is valid only during the call. */
    @FunctionalInterface
    public interface WordVisitor {
        void record(SlabView slab, long recordAt, long word);
    }

    public LedgerScan(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
        this.pools = new Geometry[map.poolCount()];
        for (int pool = 0; pool < pools.length; pool++) {
            long size = memory.getLong(map.poolAt(pool) + PoolLayout.BLOCK_SIZE_OFFSET);
            if (size > 0 && size <= (long) map.slabLimit() << Geometry.SLAB_SHIFT) {
                pools[pool] = Geometry.forBlocks(size);
            }
        }
    }

    private LedgerScan(LedgerScan other) {
        this.memory = other.memory;
        this.map = other.map;
        this.pools = other.pools;
    }

    /** A scan of the same region for another thread. */
    public LedgerScan another() {
        return new LedgerScan(this);
    }

    /** Slabs in use: what the header says, as far as the memory is backed. */
    public int slabCount() {
        return SlabCount.of(memory, map);
    }

    public void forEach(Visitor visitor) {
        forEach(slabCount(), visitor);
    }

    /** As {@link #forEach(Visitor)}, for one who has to know before how many slabs will be visited. */
    public void forEach(int count, Visitor visitor) {
        for (int slab = 0; slab < count; ) {
            readSlab(slab, count);
            int slabs = slabView.slabs;
            visitor.slab(slabView);
            Geometry geometry = slabView.geometry;
            if (geometry != null) {
                long slabAt = map.slabAt(slab);
                for (int index = 0; index < geometry.count(); index++) {
                    readRecord(slab, slabAt, geometry, index);
                    visitor.block(slabView, recordView);
                }
            }
            slab += slabs;
        }
    }

    /**
     * Walks as {@link #forEach(Visitor)}, but shows of each record its state word alone, unchecked: the quickest way to find
     * the few, or the many, that one is after. {@link #blockOf} has the rest of one that is shown.
     */
    public void forEachWord(WordVisitor visitor) {
        forEachSlab(slab -> {
            Geometry geometry = slab.geometry;
            int count = geometry == null ? 0 : geometry.count();
            long slabAt = map.slabAt(slab.slab);
            for (int i = 0; i < count; i++) {
                long recordAt = RecordLayout.recordAt(slabAt, i);
                visitor.record(slab, recordAt, memory.getLongAcquire(recordAt));
            }
        });
    }

    /** A record of a slab that a walk shows, as it is now; valid until the next read. */
    public RecordView blockOf(SlabView slab, long recordAt) {
        long slabAt = map.slabAt(slab.slab);
        readRecord(slab.slab, slabAt, slab.geometry, RecordLayout.indexOf(slabAt, recordAt));
        return recordView;
    }

    /** Walks slabs and runs, without their records. The view is valid only during the call. */
    public void forEachSlab(Consumer<SlabView> visitor) {
        int count = slabCount();
        for (int slab = 0; slab < count; ) {
            readSlab(slab, count);
            int slabs = slabView.slabs;
            visitor.accept(slabView);
            slab += slabs;
        }
    }

    /** Reads one slab's entry; valid until the next read. */
    public SlabView slab(int slab) {
        readSlab(slab, slabCount());
        return slabView;
    }

    /**
     * The block that a place of the region belongs to, or whose guard behind it does.
     *
     * @param offset absolute, any value
     * @return valid until the next read; null where there is no block
     */
    public RecordView blockAt(long offset) {
        int count = slabCount();
        long slab = map.slabOf(offset);
        if (slab < 0 || slab >= count) {
            return null;
        }
        int head = headOf((int) slab, count);
        if (slabView.geometry == null) {
            return null;
        }
        int index = slabView.geometry.indexOf(offset - map.slabAt(head));
        return index < 0 ? null : block(head, index);
    }

    /** The run that a slab is part of, or the slab alone; valid until the next read. The slab is below {@link #slabCount}. */
    public SlabView runOf(int slab) {
        headOf(slab, slabCount());
        return slabView;
    }

    /** The record of a place in the ledger; valid until the next read; null where there is none. */
    public RecordView block(int slab, int index) {
        int count = slabCount();
        if (slab < 0 || slab >= count || index < 0) {
            return null;
        }
        readSlab(slab, count);
        Geometry geometry = slabView.geometry;
        if (geometry == null || index >= geometry.count()) {
            return null;
        }
        readRecord(slab, map.slabAt(slab), geometry, index);
        return recordView;
    }

    /**
     * What a handle names, or what is left of it where its slab was given back since: the record of its last life, as long as
     * nobody has used the slab again. Of the latter nothing is known of where its bytes lay.
     *
     * @return valid until the next read; null where there is neither
     */
    public RecordView blockOrRemains(long handle) {
        int slab = Handle.slab(handle);
        int index = Handle.index(handle);
        RecordView block = block(slab, index);
        if (block != null || slab < 0 || slab >= slabCount() || slabView.state() != SlabState.FREE) {
            return block;
        }
        long slabAt = map.slabAt(slab);
        long recordAt = RecordLayout.recordAt(slabAt, index);
        // Those of a span went on in its next slabs; of the last slab nothing is behind it.
        if (index < 0 || recordAt + RecordLayout.LENGTH > slabAt + Geometry.SLAB_BYTES) {
            return null;
        }
        recordView.read(memory, slab, index, recordAt, 0, 0);
        // Any program's bytes may lie there by now: believed is only what is that life's for certain.
        return !recordView.damaged()
                        && recordView.isFree()
                        && Handle.matches(handle, recordView.word())
                        && recordView.isSealed()
                        && memory.getLongAcquire(map.slabEntryAt(slab)) == slabView.word
                ? recordView
                : null;
    }

    private int headOf(int slab, int count) {
        readSlab(slab, count);
        if (slabView.state() != SlabState.TAIL) {
            return slab;
        }
        int head = memory.getInt(map.slabEntryAt(slab) + SlabLayout.HEAD_OFFSET);
        if (head < 0 || head >= slab) {
            return slab;
        }
        readSlab(head, count);
        if (head + slabView.slabs <= slab) {
            readSlab(slab, count);
            return slab;
        }
        return head;
    }

    private void readRecord(int slab, long slabAt, Geometry geometry, int index) {
        recordView.read(
                memory,
                slab,
                index,
                RecordLayout.recordAt(slabAt, index),
                slabAt + geometry.blockAt(index),
                geometry.blockBytes());
        if (recordView.damaged() && memory.getLongAcquire(map.slabEntryAt(slab)) != slabView.word) {
            // The slab was given back or formed anew since its word was read: what lies there may be payload.
            recordView.forgetAsMoved();
        }
    }

    /** What the count says by now, backed or not. */
    private int grownCount() {
        return (int) Math.min(map.slabLimit(), SlabCount.word(memory));
    }

    private void readSlab(int slab, int count) {
        long entryAt = map.slabEntryAt(slab);
        SlabView view = slabView;
        view.slab = slab;
        view.moved = false;
        int run;
        for (int attempt = 0; ; attempt++) {
            view.word = memory.getLongAcquire(entryAt + SlabLayout.WORD_OFFSET);
            run = memory.getInt(entryAt + SlabLayout.RUN_OFFSET);
            SharedMemory.loadLoadFence();
            if (memory.getLong(entryAt + SlabLayout.WORD_OFFSET) == view.word) {
                break;
            }
            view.moved = true;
            if (attempt == ATTEMPTS) {
                break;
            }
        }
        SlabState state = SlabState.of(SlabWord.state(view.word));
        view.damaged = state == null || !SlabWord.isValid(view.word);
        view.slabs = 1;
        view.geometry = null;
        if (!view.damaged && state.isFormatted() && run > count - slab && run <= grownCount() - slab) {
            // Formed across the end of what is walked, since the region has grown: its slabs count one by one.
            view.moved = true;
        } else if (!view.damaged && state.isFormatted()) {
            view.geometry = geometry(view.word, slab, run, count);
            view.damaged = view.geometry == null;
            view.slabs = view.damaged ? 1 : run;
        }
    }

    /** How the run of a formatted slab is cut, by its word and its length; null where they contradict each other. */
    private Geometry geometry(long word, int slab, int run, int count) {
        int slabClass = SlabWord.slabClass(word);
        Geometry geometry = null;
        if (SlabClass.isSizeClass(slabClass)) {
            geometry = Geometry.ofClass(slabClass);
        } else if (SlabClass.isPool(slabClass) && SlabClass.poolOf(slabClass) < pools.length) {
            geometry = pools[SlabClass.poolOf(slabClass)];
        } else if (slabClass == SlabClass.LARGE && run >= 1 && run <= count - slab) {
            geometry = Geometry.ofLarge(run);
        }
        return geometry == null || geometry.slabs() > count - slab || geometry.slabs() != run ? null : geometry;
    }

    /**
     * Where the record lies that a handle names, whatever its state; -1 where there is no such record. Any 64 bits may be
     * given. Unlike the views, safe for any thread, and without garbage but for large blocks.
     */
    public long recordAt(long handle) {
        int count = slabCount();
        int slab = Handle.slab(handle);
        int index = Handle.index(handle);
        if (slab >= count) {
            return -1;
        }
        long entryAt = map.slabEntryAt(slab);
        long word = memory.getLongAcquire(entryAt + SlabLayout.WORD_OFFSET);
        SlabState state = SlabState.of(SlabWord.state(word));
        if (state == null || !state.isFormatted() || !SlabWord.isValid(word)) {
            return -1;
        }
        Geometry geometry = geometry(word, slab, memory.getInt(entryAt + SlabLayout.RUN_OFFSET), count);
        return geometry == null || index >= geometry.count() ? -1 : RecordLayout.recordAt(map.slabAt(slab), index);
    }
}
