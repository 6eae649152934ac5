package io.shm.ledger;

import io.shm.layout.FaultLayout;
import io.shm.layout.FaultWord;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.TraceLayout;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fault log of a region: distinct faults, each counted, with the evidence of its first time. Only grows.
 *
 * <pre>
 *   0 --(number drawn from FAULT_HEAD, body written)--&gt; published: CAS of WORD, once and for ever
 * </pre>
 *
 * A number is drawn by a CAS, so an entry that is not published is one participant's alone, and nobody waits for it. Who
 * proves a fault that is there already adds to its COUNT. Two that prove a new one at once may publish an entry each; a
 * reader adds the two up, or takes them for one where they tell of the same damage; so the count is right. A log that is full counts what it drops.
 *
 * <p>An entry never changes but for its counts, and for who did it where that became known later ({@link #name}).
 *
 * <p>Of damage to blocks so many of one line are told apart; all further ones share an entry, so that one mistake does
 * not fill the log. What is no fault, like the blocks of each process that has died, has the first half of it only.
 *
 * <p>Threads and processes: safe, nobody waits. Never throws, whatever the bytes are. A crash before the CAS leaves one
 * entry that nobody uses, and loses the report; a crash after it loses nothing.
 */
public final class FaultLog {
    /** Entries with one kind and one set of lines that differ only in the block. */
    public static final int MOST_OF_A_GROUP = 8;

    private final SharedMemory memory;
    private final RegionMap map;
    /** Where a fault is: from the word to the entry's number. A hint of this process, at most as many as entries. */
    private final Map<Long, Integer> known = new ConcurrentHashMap<>();

    public FaultLog(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
    }

    /**
     * Writes a fault, or counts it where it is there already. Damage to a block, which anyone may find any number of times,
     * is not counted again.
     *
     * @return false if the log is full and has only counted that it dropped something
     */
    public boolean report(Fault fault) {
        long word = fault.word();
        int index = find(word);
        if (index >= 0) {
            if (!fault.isOneForAll()) {
                count(map.faultAt(index), fault);
            }
            return true;
        }
        if (fault.isOneForAll() && isKnownOfFormerOwner(fault)) {
            return true;
        }
        if ((fault.isOneForAll() || fault.isAnonymousLoss()) && isGroupFull(fault)) {
            // Which blocks are in there is not known: whoever finds one again counts it again.
            word = fault.groupWord();
            index = find(word);
            if (index >= 0) {
                count(map.faultAt(index), fault);
                return true;
            }
        }
        return append(word, fault);
    }

    /**
     * Says who overwrote a reference, in the entry of a loss that was found before he was known. Of several who say so the
     * first is believed. The line, the process and so the whole is told by one CAS; dies before it: nobody is known.
     *
     * @return whether the loss has an entry of its own, named now or before
     */
    public boolean name(Fault loss, Trace by) {
        for (int i = 0; i < map.faultCount(); i++) {
            long at = map.faultAt(i);
            // Volatile: whoever wrote the entry reads the note of the record after it, and we have written that before.
            long word = memory.getLongVolatile(at + FaultLayout.WORD_OFFSET);
            if (FaultWord.kind(word) != loss.kind.code()
                    || memory.getLong(at + FaultLayout.OFFSET_OFFSET) != loss.offset) {
                continue;
            }
            Fault entry = read(at, loss.kind);
            if (!loss.isSameLoss(entry)) {
                continue;
            }
            if (entry.by.isKnown()) {
                return true;
            }
            if (word == entry.word()) {
                memory.putLongs(at + FaultLayout.BY_OFFSET + TraceLayout.WHEN_OFFSET, by.atMs(), by.pid());
                memory.compareAndSetLong(
                        at + FaultLayout.BY_OFFSET + TraceLayout.WHO_OFFSET, Trace.NONE.who(), by.who());
                return true;
            }
        }
        return false;
    }

    private int find(long word) {
        Integer hint = known.get(word);
        if (hint != null) {
            return hint;
        }
        for (int i = 0; i < map.faultCount(); i++) {
            if (memory.getLongAcquire(map.faultAt(i) + FaultLayout.WORD_OFFSET) == word) {
                known.put(word, i);
                return i;
            }
        }
        return -1;
    }

    private boolean isKnownOfFormerOwner(Fault fault) {
        for (int i = 0; i < map.faultCount(); i++) {
            long at = map.faultAt(i);
            if (FaultWord.kind(memory.getLongAcquire(at + FaultLayout.WORD_OFFSET)) == fault.kind.code()
                    && memory.getLong(at + FaultLayout.OFFSET_OFFSET) == fault.offset
                    && fault.isSameDamage(read(at, fault.kind))) {
                return true;
            }
        }
        return false;
    }

    private boolean isGroupFull(Fault fault) {
        long group = fault.group();
        int same = 0;
        for (int i = 0; i < map.faultCount() && same < MOST_OF_A_GROUP; i++) {
            long word = memory.getLongAcquire(map.faultAt(i) + FaultLayout.WORD_OFFSET);
            if (FaultWord.kind(word) == fault.kind.code()
                    && memory.getLong(map.faultAt(i) + FaultLayout.GROUP_OFFSET) == group) {
                same++;
            }
        }
        return same >= MOST_OF_A_GROUP;
    }

    /** Dies between two of them: what was not added is missing. */
    private void count(long at, Fault fault) {
        memory.getAndAddLong(at + FaultLayout.COUNT_OFFSET, fault.count);
        if (fault.blocks != 0) {
            memory.getAndAddLong(at + FaultLayout.BLOCKS_OFFSET, fault.blocks);
        }
        if (fault.bytes != 0) {
            memory.getAndAddLong(at + FaultLayout.BYTES_OFFSET, fault.bytes);
        }
        // A benign race: of two at once either is as good as the last.
        if (memory.getLong(at + FaultLayout.LAST_AT_OFFSET) < fault.lastAtMs) {
            memory.putLong(at + FaultLayout.LAST_AT_OFFSET, fault.lastAtMs);
        }
    }

    private boolean append(long word, Fault fault) {
        int index = draw(fault.kind.isFault() ? map.faultCount() : map.faultCount() / 2);
        if (index < 0) {
            memory.getAndAddLong(HeaderLayout.FAULTS_DROPPED_OFFSET, fault.count);
            return false;
        }
        long at = map.faultAt(index);
        write(at, fault);
        // Publishes the body; pairs with the acquire of a reader of the word.
        if (!memory.compareAndSetLong(at + FaultLayout.WORD_OFFSET, 0, word)) {
            // Only where the head is damaged: somebody else has drawn the same number.
            memory.getAndAddLong(HeaderLayout.FAULTS_DROPPED_OFFSET, fault.count);
            return false;
        }
        known.put(word, index);
        return true;
    }

    /**
     * A number for this caller alone; -1 where there is none left. Dies after: an entry that stays empty.
     *
     * <p>An entry that is published though the head says that it was never drawn is passed over: the head is damaged.
     */
    private int draw(int limit) {
        long head;
        do {
            head = memory.getLongVolatile(HeaderLayout.FAULT_HEAD_OFFSET);
            if (head < 0 || head >= limit) {
                return -1;
            }
        } while (!memory.compareAndSetLong(HeaderLayout.FAULT_HEAD_OFFSET, head, head + 1)
                || memory.getLongAcquire(map.faultAt((int) head) + FaultLayout.WORD_OFFSET) != 0);
        return (int) head;
    }

    private void write(long at, Fault fault) {
        memory.putLongs(
                at + FaultLayout.COUNT_OFFSET,
                fault.count,
                fault.firstAtMs,
                fault.lastAtMs,
                fault.offset,
                fault.sizeWord,
                fault.handle,
                fault.generation);
        write(at + FaultLayout.ALLOCATED_OFFSET, fault.allocated);
        write(at + FaultLayout.OTHER_OFFSET, fault.other);
        write(at + FaultLayout.BY_OFFSET, fault.by);
        memory.putLongs(at + FaultLayout.SECOND_OFFSET_OFFSET, fault.secondOffset, fault.secondSizeWord);
        write(at + FaultLayout.SECOND_ALLOCATED_OFFSET, fault.secondAllocated);
        memory.putLong(at + FaultLayout.CELL_OFFSET, fault.cell);
        memory.putLongs(
                at + FaultLayout.BLOCKS_OFFSET,
                fault.blocks,
                fault.bytes,
                fault.expected,
                fault.observed,
                fault.group(),
                fault.foundAt,
                fault.found.length);
        memory.putBytes(at + FaultLayout.FOUND_OFFSET, fault.found, 0, fault.found.length);
    }

    private void write(long at, Trace trace) {
        memory.putLongs(at + TraceLayout.WHO_OFFSET, trace.who(), trace.atMs());
        memory.putLong(at + TraceLayout.PID_OFFSET, trace.pid());
    }

    // ---------------------------------------------------------------- reading

    /** All that is published, in the order of their first times; two entries of one fault are one. Reads only. */
    public List<Fault> read() {
        Map<Long, Fault> distinct = new LinkedHashMap<>();
        for (int i = 0; i < map.faultCount(); i++) {
            long at = map.faultAt(i);
            long word = memory.getLongAcquire(at + FaultLayout.WORD_OFFSET);
            FaultKind kind = FaultWord.isValid(word) ? FaultKind.of(FaultWord.kind(word)) : null;
            if (kind == null) {
                continue;
            }
            Fault fault = read(at, kind);
            // A loss whose author became known later is one with those of which he was known at once.
            boolean isNamed = kind == FaultKind.OVERWRITTEN_REF && fault.by.isKnown();
            Fault same = distinct.putIfAbsent(isNamed ? fault.word() : word, fault);
            if (same != null) {
                boolean isOne = fault.isOneForAll() && word == fault.word();
                same.count = isOne ? Math.max(same.count, fault.count) : same.count + fault.count;
                same.blocks = isOne ? Math.max(same.blocks, fault.blocks) : same.blocks + fault.blocks;
                same.bytes = isOne ? Math.max(same.bytes, fault.bytes) : same.bytes + fault.bytes;
                same.firstAtMs = Math.min(same.firstAtMs, fault.firstAtMs);
                same.lastAtMs = Math.max(same.lastAtMs, fault.lastAtMs);
            }
        }
        return new ArrayList<>(distinct.values());
    }

    private Fault read(long at, FaultKind kind) {
        Fault fault = Fault.of(kind)
                .place(
                        memory.getLong(at + FaultLayout.OFFSET_OFFSET),
                        memory.getLong(at + FaultLayout.SIZE_OFFSET),
                        memory.getLong(at + FaultLayout.HANDLE_OFFSET),
                        memory.getLong(at + FaultLayout.GENERATION_OFFSET))
                .allocated(trace(at + FaultLayout.ALLOCATED_OFFSET))
                .other(trace(at + FaultLayout.OTHER_OFFSET))
                .by(by(at + FaultLayout.BY_OFFSET))
                .second(
                        memory.getLong(at + FaultLayout.SECOND_OFFSET_OFFSET),
                        memory.getLong(at + FaultLayout.SECOND_SIZE_OFFSET),
                        trace(at + FaultLayout.SECOND_ALLOCATED_OFFSET))
                .cell(memory.getLong(at + FaultLayout.CELL_OFFSET))
                .amount(memory.getLong(at + FaultLayout.BLOCKS_OFFSET), memory.getLong(at + FaultLayout.BYTES_OFFSET))
                .observed(
                        memory.getLong(at + FaultLayout.EXPECTED_OFFSET),
                        memory.getLong(at + FaultLayout.OBSERVED_OFFSET));
        fault.count = memory.getLong(at + FaultLayout.COUNT_OFFSET);
        fault.firstAtMs = memory.getLong(at + FaultLayout.FIRST_AT_OFFSET) & RecordWords.TIME_MASK;
        fault.lastAtMs = memory.getLong(at + FaultLayout.LAST_AT_OFFSET) & RecordWords.TIME_MASK;
        long length = memory.getLong(at + FaultLayout.FOUND_LENGTH_OFFSET);
        if (length > 0 && length <= FaultLayout.FOUND_BYTES) {
            byte[] found = new byte[(int) length];
            memory.getBytes(at + FaultLayout.FOUND_OFFSET, found, 0, found.length);
            fault.found(memory.getLong(at + FaultLayout.FOUND_AT_OFFSET), found);
        }
        return fault;
    }

    /** Nobody as long as {@link #name} has not told who it was. */
    private Trace by(long at) {
        long who = memory.getLongAcquire(at + TraceLayout.WHO_OFFSET);
        return who == Trace.NONE.who() ? Trace.NONE : trace(at);
    }

    private Trace trace(long at) {
        return Trace.of(
                memory.getLong(at + TraceLayout.WHO_OFFSET),
                memory.getLong(at + TraceLayout.WHEN_OFFSET),
                memory.getLong(at + TraceLayout.PID_OFFSET));
    }

    /** Distinct faults; findings that are none are left out. */
    public long faults() {
        return read().stream().filter(fault -> fault.kind.isFault()).count();
    }

    /** How many a full log could not take, repetitions included. */
    public long dropped() {
        return memory.getLong(HeaderLayout.FAULTS_DROPPED_OFFSET);
    }
}
