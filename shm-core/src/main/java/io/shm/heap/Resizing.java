package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;

/**
 * Changes the requested sizes of blocks that stay where they are: by one CAS of the record's word of the size.
 *
 * <p>Threads: safe, but for a free of the same block at once. Dies before the CAS: the old size, and the tail of the new one.
 */
final class Resizing {
    private final Heap heap;
    private final SharedMemory memory;
    private final RegionMap map;
    private final BlockPlaces places;
    private final BesideBlocks beside;
    private final ThreadCaches caches;
    private final Charges charges;
    private final Tags tags;

    Resizing(
            Heap heap,
            RegionMap map,
            BlockPlaces places,
            BesideBlocks beside,
            ThreadCaches caches,
            Charges charges,
            Tags tags) {
        this.heap = heap;
        this.memory = heap.memory();
        this.map = map;
        this.places = places;
        this.beside = beside;
        this.caches = caches;
        this.charges = charges;
        this.tags = tags;
    }

    /** Changes the requested size in place; false where the block is too small for it or no longer ours. */
    boolean inPlace(Block block, long newSize) {
        long recordAt = block.recordAt();
        long old = memory.getLong(recordAt + RecordLayout.SIZE_OFFSET);
        int slab = places.slabOf(recordAt);
        Geometry geometry = places.geometryOfLive(recordAt);
        if (memory.getLongAcquire(recordAt) != block.word()
                || StateWord.owner(block.word()) != heap.owner()
                || geometry == null
                || newSize > block.capacity()) {
            return false;
        }
        int tag = RecordWords.tagOf(old);
        long more = newSize - RecordWords.sizeOf(old);
        long slabAt = map.slabAt(slab);
        int oldFlags = RecordWords.flagsOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
        if (!beside.isWhole(geometry, slabAt, recordAt, RecordWords.sizeOf(old), oldFlags)) {
            // The tail that tells of it is given up here.
            beside.look(geometry, slabAt, recordAt, block.word());
        }
        // Before the size: whoever reads the new one finds its tail.
        GuardCheck.mark(memory, slabAt + geometry.blockAt(places.indexOf(recordAt)), block.offset() + newSize);
        boolean done = heap.isBudgeted(tag)
                ? charged(recordAt, old, newSize)
                : BlockStates.resize(memory, recordAt, old, RecordWords.size(newSize, tag, RecordWords.typeOf(old)));
        long origin = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
        if (done && Heap.isCounted(RecordWords.flagsOf(origin))) {
            ThreadCache cache = caches.enter();
            try {
                cache.sites.of(heap.knownSite(origin)).resized(more);
                if (heap.known(tag) != Tags.GENERAL) {
                    cache.tags.of(tag).resized(more);
                }
            } finally {
                cache.exit();
            }
        }
        if (done) {
            heap.tellOfResize(block, newSize, tag);
        }
        return done;
    }

    private boolean charged(long recordAt, long old, long newSize) {
        int tag = RecordWords.tagOf(old);
        long more = newSize - RecordWords.sizeOf(old);
        charges.begin();
        try {
            if (more > 0 && !tags.charge(tag, more)) {
                // Counted if there is no room for a copy elsewhere, either.
                return false;
            }
            boolean done =
                    BlockStates.resize(memory, recordAt, old, RecordWords.size(newSize, tag, RecordWords.typeOf(old)));
            if (done ? more < 0 : more > 0) {
                tags.refund(tag, done ? -more : more);
            }
            return done;
        } finally {
            charges.end();
        }
    }

    /** A resize of what is not a live block of this participant. */
    void refused(Block block) {
        FreeResult result = FreeResult.of(memory.getLongAcquire(block.recordAt()), block.word(), heap.owner());
        heap.faults()
                .refusedFree(
                        block.recordAt(),
                        block.word(),
                        block.offset(),
                        0,
                        result == FreeResult.DOUBLE_FREE ? FreeResult.STALE : result);
    }
}
