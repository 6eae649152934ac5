package io.shm.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shm.layout.EventLayout;
import io.shm.layout.EventLogLayout;
import io.shm.layout.EventRingLayout;
import io.shm.layout.Handle;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;

/**
 * A flight recorder: rings of the last events, in a block of the region that a root holds, so that it outlives whoever
 * writes into it.
 *
 * <p>A participant writes into the ring of its slot. Its threads draw numbers by an atomic addition, and so do participants
 * that share a ring; an entry is complete once its number stands in it. Nobody waits. One that dies in between leaves an
 * entry without a number, which readers skip; one that is stopped for a whole lap may spoil an entry of the next, which
 * its checksum tells. A reader knows by the numbers how much was overwritten before it came.
 *
 * <p>Threads and processes: safe. Everything read is checked: damaged bytes give no event, or one that never was, and
 * never an exception.
 */
public final class EventLog {
    /** The root that holds the log. */
    public static final String ROOT = "shm.trace";

    /** Multiple of the entries' length at which a log begins. */
    public static final int ALIGNMENT = 64;

    /** In place of a slot: the last ring, of what is done in the name of the dead, whose last words are in their own. */
    public static final int RECLAIMS = -1;

    /** Detail of RECLAIMED: the block was being freed, or had never been complete. */
    public static final long WAS_WITHHELD = 1;

    private final SharedMemory memory;
    private final long at;
    private final int rings;
    private final int entries;

    private EventLog(SharedMemory memory, long at, int rings, int entries) {
        this.memory = memory;
        this.at = at;
        this.rings = rings;
        this.entries = entries;
    }

    /** An entry that was read; {@code kind} is never null, all else is as it was found, any value. */
    public record Entry(
            EventKind kind,
            int site,
            int tag,
            long atMs,
            int process,
            long thread,
            long offset,
            long handle,
            long size,
            long detail) {}

    /** Makes an empty log in a block that nobody else knows yet. */
    public static void format(SharedMemory memory, long at, int rings, int entries) {
        memory.fill(at, EventLogLayout.bytes(rings, entries), (byte) 0);
        memory.putInt(at + EventLogLayout.RINGS_OFFSET, rings);
        memory.putInt(at + EventLogLayout.ENTRIES_OFFSET, entries);
        memory.putLong(at + EventLogLayout.MAGIC_OFFSET, EventLogLayout.MAGIC);
    }

    /**
     * The log of a region.
     *
     * @return null where there is none, or what the root holds is none
     */
    public static EventLog find(SharedMemory memory, RegionMap map) {
        int root = rootOf(memory, map);
        return root == 0 ? null : of(memory, map, memory.getLongAcquire(RootNames.cellAt(map, root)));
    }

    private static int rootOf(SharedMemory memory, RegionMap map) {
        RootNames names = new RootNames(memory, map);
        return names.find(ROOT.getBytes(UTF_8));
    }

    /** The log in the block that a root's cell names; null where it is none. */
    private static EventLog of(SharedMemory memory, RegionMap map, long handle) {
        if (Cells.isEmpty(handle)) {
            return null;
        }
        RecordView block = new LedgerScan(memory, map).block(Handle.slab(handle), Handle.index(handle));
        if (block == null || block.damaged() || !block.isUsed() || !Handle.matches(handle, block.word())) {
            return null;
        }
        return open(memory, block.payloadAt(), block.size());
    }

    /** A log in a block of a size; null where it is none. */
    public static EventLog open(SharedMemory memory, long at, long size) {
        if (size < EventLogLayout.LENGTH
                || at % ALIGNMENT != 0
                || memory.getLong(at + EventLogLayout.MAGIC_OFFSET) != EventLogLayout.MAGIC) {
            return null;
        }
        int rings = memory.getInt(at + EventLogLayout.RINGS_OFFSET);
        int entries = memory.getInt(at + EventLogLayout.ENTRIES_OFFSET);
        boolean fits = rings >= 1
                && rings <= EventLogLayout.MAX_RINGS
                && entries >= 1
                && entries <= EventLogLayout.MAX_ENTRIES
                && Integer.bitCount(entries) == 1
                && EventLogLayout.bytes(rings, entries) <= size;
        return fits ? new EventLog(memory, at, rings, entries) : null;
    }

    public boolean isOn() {
        return memory.getLongAcquire(at + EventLogLayout.ON_OFFSET) == 1;
    }

    /** Whoever writes follows within 100 ms. */
    public void turn(boolean on, long nowMs) {
        if (on) {
            memory.putLongRelease(at + EventLogLayout.STARTED_AT_OFFSET, nowMs);
        }
        memory.putLongRelease(at + EventLogLayout.ON_OFFSET, on ? 1 : 0);
    }

    /** When it was turned on last: region time. */
    public long startedAtMs() {
        return memory.getLong(at + EventLogLayout.STARTED_AT_OFFSET) & RecordWords.TIME_MASK;
    }

    /** Where it lies in the region: the payload of its block. */
    public long offset() {
        return at;
    }

    public int rings() {
        return rings;
    }

    /** Of each ring. */
    public int entries() {
        return entries;
    }

    /** Whether two logs lie in the same place. */
    public boolean isAt(EventLog other) {
        return other != null && other.at == at && other.rings == rings && other.entries == entries;
    }

    // ---------------------------------------------------------------- write

    /**
     * Writes an event. Dies after the number is drawn: an entry without it, which is skipped.
     *
     * @param slot of the participant, which chooses the ring, or {@link #RECLAIMS}
     */
    public void write(
            int slot,
            EventKind kind,
            int site,
            int tag,
            long nowMs,
            int process,
            long thread,
            long offset,
            long handle,
            long size,
            long detail) {
        int ring = slot == RECLAIMS ? rings - 1 : slot % Math.max(1, rings - 1);
        long number = memory.getAndAddLong(nextAt(ring), 1);
        if (number < 0) {
            return;
        }
        long entryAt = entryAt(ring, number);
        long sequence = number + 1;
        long what = EventLayout.what(kind.code(), site, tag);
        long time = nowMs & RecordWords.TIME_MASK;
        long by = RecordWords.by(process, thread);
        long checksum = EventLayout.checksum(sequence, what, time, by, offset, handle, size, detail);
        memory.putLong(entryAt + EventLayout.SEQUENCE_OFFSET, 0);
        // No word of the body may be seen with the number of the lap before; pairs with the fence in read.
        SharedMemory.storeStoreFence();
        memory.putLong(entryAt + EventLayout.WHAT_OFFSET, what);
        memory.putLong(entryAt + EventLayout.WHEN_OFFSET, EventLayout.when(time, checksum));
        memory.putLong(entryAt + EventLayout.BY_OFFSET, by);
        memory.putLong(entryAt + EventLayout.OFFSET_OFFSET, offset);
        memory.putLong(entryAt + EventLayout.HANDLE_OFFSET, handle);
        memory.putLong(entryAt + EventLayout.SIZE_OFFSET, size);
        memory.putLong(entryAt + EventLayout.DETAIL_OFFSET, detail);
        // Publishes the body; pairs with the acquire in read.
        memory.putLongRelease(entryAt + EventLayout.SEQUENCE_OFFSET, sequence);
    }

    // ---------------------------------------------------------------- read

    /** How many events were ever begun in a ring; 0 where that is damaged. */
    public long next(int ring) {
        return Math.max(0, memory.getLongAcquire(nextAt(ring)));
    }

    /** An entry by its number; null where it is not complete, overwritten, or damaged. */
    public Entry read(int ring, long number) {
        long entryAt = entryAt(ring, number);
        long sequence = memory.getLongAcquire(entryAt + EventLayout.SEQUENCE_OFFSET);
        if (sequence != number + 1) {
            return null;
        }
        long what = memory.getLong(entryAt + EventLayout.WHAT_OFFSET);
        long when = memory.getLong(entryAt + EventLayout.WHEN_OFFSET);
        long by = memory.getLong(entryAt + EventLayout.BY_OFFSET);
        long offset = memory.getLong(entryAt + EventLayout.OFFSET_OFFSET);
        long handle = memory.getLong(entryAt + EventLayout.HANDLE_OFFSET);
        long size = memory.getLong(entryAt + EventLayout.SIZE_OFFSET);
        long detail = memory.getLong(entryAt + EventLayout.DETAIL_OFFSET);
        SharedMemory.loadLoadFence();
        if (memory.getLong(entryAt + EventLayout.SEQUENCE_OFFSET) != sequence) {
            return null;
        }
        long time = EventLayout.timeOf(when);
        EventKind kind = EventKind.of(EventLayout.kindOf(what));
        if (kind == null
                || EventLayout.checksumOf(when)
                        != EventLayout.checksum(sequence, what, time, by, offset, handle, size, detail)) {
            return null;
        }
        return new Entry(
                kind,
                EventLayout.siteOf(what),
                EventLayout.tagOf(what),
                time,
                RecordWords.processOf(by),
                RecordWords.threadOf(by),
                offset,
                handle,
                size,
                detail);
    }

    private long nextAt(int ring) {
        return at + EventLogLayout.LENGTH + (long) ring * EventRingLayout.LENGTH + EventRingLayout.NEXT_OFFSET;
    }

    private long entryAt(int ring, long number) {
        long entry = (long) ring * entries + (number & (entries - 1));
        return at + EventLogLayout.LENGTH + (long) rings * EventRingLayout.LENGTH + entry * EventLayout.LENGTH;
    }
}
