package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.memory.SharedMemory;

/** What a free or a resize makes of the bytes beside its block: looks, and where they are wrong looks closer and says so. */
final class BesideBlocks {
    /** What is beside a block. */
    enum Beside {
        /** Nothing is known to be wrong. */
        WHOLE,
        /** It was wrong at the first look only, or what is held has changed: guards are repaired once the block is free. */
        UNPROVEN,
        /** Somebody has written there, and the log has it. */
        WRITTEN
    }

    private final SharedMemory memory;
    private final RegionMap map;
    private final BlockPlaces places;
    private final LedgerScan scan;
    private final GuardCheck guards;
    private final Faults faults;
    private final Runnable checkOpen;

    BesideBlocks(
            SharedMemory memory,
            RegionMap map,
            BlockPlaces places,
            LedgerScan scan,
            GuardCheck guards,
            Faults faults,
            Runnable checkOpen) {
        this.memory = memory;
        this.map = map;
        this.places = places;
        this.scan = scan;
        this.guards = guards;
        this.faults = faults;
        this.checkOpen = checkOpen;
    }

    /** Whether nobody has written right before or right behind a block of ours, as far as a free looks. */
    boolean isWhole(Geometry geometry, long slabAt, long recordAt, long size, int flags) {
        long blockAt = slabAt + geometry.blockAt(RecordLayout.indexOf(slabAt, recordAt));
        long payloadAt = BlockPlaces.payloadAt(blockAt, flags);
        // A size that cannot be is for a closer look.
        return size <= geometry.blockBytes() - (payloadAt - blockAt)
                && GuardCheck.isWhole(memory, blockAt, payloadAt + size);
    }

    /** As {@link #isWhole}, with the closer look, of a block that somebody holds with this word. */
    boolean isWholeHeld(Geometry geometry, long recordAt, long word) {
        long slabAt = map.slabAt(places.slabOf(recordAt));
        long size = RecordWords.sizeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
        int flags = RecordWords.flagsOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
        return isWhole(geometry, slabAt, recordAt, size, flags)
                || look(geometry, slabAt, recordAt, word) == Beside.WHOLE;
    }

    /** The closer look, which writes down what it finds. */
    Beside look(Geometry geometry, long slabAt, long recordAt, long word) {
        RecordView block = scan.another().block(places.slabOf(recordAt), RecordLayout.indexOf(slabAt, recordAt));
        checkOpen.run();
        if (block == null || block.word() != word) {
            // Another thread frees it as well.
            return Beside.WHOLE;
        }
        if (block.damaged()) {
            faults.damagedRecord(block);
            return Beside.WHOLE;
        }
        if (!GuardCheck.fits(block, geometry, slabAt)) {
            return Beside.WHOLE;
        }
        return guards.report(block, word, slabAt, geometry) ? Beside.WRITTEN : Beside.UNPROVEN;
    }
}
