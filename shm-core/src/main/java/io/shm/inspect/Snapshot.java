package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.ParticipantWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import io.shm.participant.ParticipantState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Copies a region that others use into a file that is a region too: each run as it was under one word, each record as it
 * was at one instant, each recorded block with the cell that records it. Not one instant as a whole.
 *
 * <p>Payload is copied as it is at that moment, perhaps half-written; that of secret blocks is zeros in the copy. Free
 * slabs are holes of the file. Stops nobody, and ends however busy the region is: what does not hold still for several
 * attempts is copied as somebody's work in progress.
 */
final class Snapshot {
    private static final int ATTEMPTS = 16;
    private static final int CHUNK = 1 << 20;

    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;
    private final CopyFile file;
    private final byte[] bytes = new byte[CHUNK];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    /** Of blocks that cells record: slab and index, handle, cell. */
    private long[] recorded = new long[3 * 256];

    private int recordedLength;

    Snapshot(SharedMemory memory, RegionMap map, CopyFile file) {
        this.memory = memory;
        this.map = map;
        this.scan = new LedgerScan(memory, map);
        this.file = file;
    }

    void take() throws IOException {
        // Before the records, so that an owner who leaves meanwhile still has its name in the copy.
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            copyParticipant(slot);
        }
        boolean[] owners = new boolean[256];
        int slabs = scan.slabCount();
        for (int slab = 0; slab < slabs; ) {
            slab += copyRun(slab, owners);
            // A run may reach behind the slabs that there were, since the region has grown.
            slabs = Math.max(slabs, slab);
        }
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            if (owners[slot + 1]) {
                nameOwner(slot);
            }
        }
        long rootsEnd = map.rootAt(map.rootCount());
        copy(map.rootAt(0), rootsEnd);
        settleCells();
        // Names and processes only come, so those of everything copied so far are there by now; texts behind their
        // tables.
        copy(map.processAt(0), map.rootAt(0));
        copy(rootsEnd, map.slabEntryAt(0));
        copy(0, HeaderLayout.LENGTH);
        file.writeLong(HeaderLayout.SLAB_COUNT_OFFSET, slabs);
        file.lengthen(map.slabAt(slabs));
    }

    private void copy(long from, long to) throws IOException {
        for (long at = from; at < to; at += CHUNK) {
            int length = (int) Math.min(CHUNK, to - at);
            memory.getBytes(at, bytes, 0, length);
            file.write(at, bytes, 0, length);
        }
    }

    // ---------------------------------------------------------------- participants

    private void copyParticipant(int slot) throws IOException {
        long at = RegionMap.participantAt(slot);
        long word;
        int attempt = 0;
        do {
            word = memory.getLongAcquire(at + ParticipantLayout.WORD_OFFSET);
            memory.getBytes(at, bytes, 0, ParticipantLayout.LENGTH);
            buffer.putLong(ParticipantLayout.WORD_OFFSET, word);
            SharedMemory.loadLoadFence();
        } while (memory.getLong(at + ParticipantLayout.WORD_OFFSET) != word && ++attempt < ATTEMPTS);
        file.write(at, bytes, 0, ParticipantLayout.LENGTH);
    }

    /** One that joined after its slot was copied and has blocks in the copy gets its name into it. */
    private void nameOwner(int slot) throws IOException {
        long at = RegionMap.participantAt(slot) + ParticipantLayout.WORD_OFFSET;
        long copied = file.readLong(at);
        if (copied != memory.getLongAcquire(at)
                && ParticipantState.of(ParticipantWord.state(copied)) == ParticipantState.EMPTY) {
            copyParticipant(slot);
        }
    }

    // ---------------------------------------------------------------- slabs

    /** How many slabs it was. */
    private int copyRun(int slab, boolean[] owners) throws IOException {
        long entryAt = map.slabEntryAt(slab);
        int before = recordedLength;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            recordedLength = before;
            SlabView view = scan.slab(slab);
            long word = view.word();
            int slabs = view.slabs();
            Geometry geometry = view.geometry();
            if (geometry == null && !view.damaged() && view.state().isFormatted()) {
                // A run formed across the end of what is mapped here, so after the copy was begun: then it was free.
                copy(entryAt, map.slabEntryAt(slab + 1));
                file.writeLong(
                        entryAt + SlabLayout.WORD_OFFSET,
                        SlabWord.pack(SlabState.FREE.code(), 0, SlabClass.NONE, SlabWord.epoch(word)));
                return 1;
            }
            boolean keepsBytes = view.damaged() || view.state() == SlabState.QUARANTINE;
            if (geometry != null) {
                copyBlocks(slab, geometry, owners);
            } else if (keepsBytes) {
                copy(map.slabAt(slab), map.slabAt(slab + 1));
            }
            copy(entryAt, map.slabEntryAt(slab + slabs));
            SharedMemory.loadLoadFence();
            if (memory.getLongAcquire(entryAt + SlabLayout.WORD_OFFSET) == word) {
                file.writeLong(entryAt + SlabLayout.WORD_OFFSET, word);
                return slabs;
            }
        }
        recordedLength = before;
        long word = memory.getLongAcquire(entryAt + SlabLayout.WORD_OFFSET);
        file.writeLong(
                entryAt + SlabLayout.WORD_OFFSET,
                SlabWord.pack(SlabState.CLAIM.code(), SlabWord.owner(word), SlabWord.slabClass(word), 0));
        return 1;
    }

    /** Copies a run in pieces, with its records as each was at one instant; a size class's run is one piece. */
    private void copyBlocks(int slab, Geometry geometry, boolean[] owners) throws IOException {
        long runAt = map.slabAt(slab);
        long length = geometry.slabs() * Geometry.SLAB_BYTES;
        for (long from = 0; from < length; from += CHUNK) {
            int piece = (int) Math.min(CHUNK, length - from);
            memory.getBytes(runAt + from, bytes, 0, piece);
            for (int index = 0; index < geometry.count(); index++) {
                RecordView record = scan.block(slab, index);
                if (record == null) {
                    return;
                }
                long recordAt = record.recordAt() - runAt - from;
                if (recordAt >= 0 && recordAt < piece) {
                    record.copyTo(buffer, (int) recordAt);
                }
                if (!record.damaged() && record.isUsed()) {
                    wipeIfSecret(record, runAt + from, piece);
                }
                if (from == 0 && !record.damaged()) {
                    owners[record.owner()] = true;
                    note(record);
                }
            }
            file.write(runAt + from, bytes, 0, piece);
        }
    }

    private void wipeIfSecret(RecordView record, long pieceAt, int piece) {
        if ((record.flags() & RecordWords.SECRET) != 0) {
            long from = Math.max(0, record.payloadAt() - pieceAt);
            long to = Math.min(piece, record.payloadAt() + record.capacity() - pieceAt);
            if (from < to) {
                Arrays.fill(bytes, (int) from, (int) to, (byte) 0);
            }
        }
    }

    // ---------------------------------------------------------------- cells

    private void note(RecordView record) {
        BlockState state = record.state();
        if (state == BlockState.HELD || state == BlockState.SHARED) {
            if (recordedLength == recorded.length) {
                recorded = Arrays.copyOf(recorded, 2 * recordedLength);
            }
            recorded[recordedLength++] = (long) record.slab() << 32 | record.index();
            recorded[recordedLength++] = record.handle();
            recorded[recordedLength++] = record.cell();
        }
    }

    /**
     * A block and its cell were copied at two instants. Where they disagree, both are copied again, until what still
     * disagrees does so in the region.
     */
    private void settleCells() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean changed = false;
            for (int i = 0; i < recordedLength; i += 3) {
                long cell = recorded[i + 2];
                if (recorded[i + 1] != 0 && isCell(cell) && file.readLong(cell) != recorded[i + 1]) {
                    changed |= copyAgain(i);
                }
            }
            if (!changed) {
                return;
            }
        }
    }

    private boolean copyAgain(int i) throws IOException {
        RecordView record = scan.block((int) (recorded[i] >>> 32), (int) recorded[i]);
        long handle = recorded[i + 1];
        long cell = recorded[i + 2];
        boolean changed = false;
        if (record == null) {
            // Its slab is something else by now, and so the block is free.
            long recordAt = RecordLayout.recordAt(map.slabAt((int) (recorded[i] >>> 32)), (int) recorded[i]);
            file.writeLong(recordAt + RecordLayout.STATE_OFFSET, BlockStates.free(Handle.generation(handle)));
            recorded[i + 1] = 0;
        } else if (record.handle() != handle || record.cell() != cell || !isRecorded(record)) {
            record.copyTo(buffer, 0);
            file.write(record.recordAt(), bytes, 0, RecordLayout.LENGTH);
            recorded[i + 1] = isRecorded(record) ? record.handle() : 0;
            recorded[i + 2] = record.cell();
            changed = true;
        }
        long inCell = memory.getLongAcquire(cell);
        if (inCell != file.readLong(cell)) {
            file.writeLong(cell, inCell);
            changed = true;
        }
        return changed;
    }

    private static boolean isRecorded(RecordView record) {
        return record.state() == BlockState.HELD || record.state() == BlockState.SHARED;
    }

    private boolean isCell(long cell) {
        return CellPlace.isOne(map, memory.size(), cell);
    }
}
