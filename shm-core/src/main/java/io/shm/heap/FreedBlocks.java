package io.shm.heap;

import io.shm.layout.FaultLayout;
import io.shm.layout.StateWord;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.memory.SharedMemory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Blocks that were freed at level paranoid and are not used again for a while: full of a pattern, so that a write to one
 * shows. First in, first out. On the Java heap; in the region they are RESERVED, so a second free of one is a double free,
 * and whoever reclaims a dead participant makes them free.
 *
 * <p>Threads: safe, by one lock of this process. It is for a level that has its price.
 */
final class FreedBlocks {
    /** So many blocks and bytes wait at most. */
    static final int MOST_BLOCKS = 1024;

    static final long MOST_BYTES = 1 << 20;
    /** A larger block is free at once: it would drive out all others. */
    static final long LARGEST = 64 << 10;

    private static final byte PATTERN = (byte) 0xdb;
    private static final long PATTERNS = 0xdbdbdbdbdbdbdbdbL;

    private final SharedMemory memory;
    private final Faults faults;
    private final LedgerScan scan;
    private final Deque<Freed> waiting = new ArrayDeque<>();
    private long bytes;

    /** What it takes to end a free that was begun. */
    record Freed(
            long recordAt, long word, int slab, int index, long slabWord, int flags, long payloadAt, long capacity) {}

    FreedBlocks(SharedMemory memory, Faults faults, LedgerScan scan) {
        this.memory = memory;
        this.faults = faults;
        this.scan = scan;
    }

    /** Takes one that its owner has just withheld. */
    synchronized void add(Freed block) {
        memory.fill(block.payloadAt(), block.capacity(), PATTERN);
        waiting.add(block);
        bytes += block.capacity();
    }

    /** The one that has waited longest, if there are too many; its bytes have been looked at. Null if there are not. */
    synchronized Freed takeExcess() {
        return waiting.size() > MOST_BLOCKS || bytes > MOST_BYTES ? take() : null;
    }

    /** The one that has waited longest; null if there is none. */
    synchronized Freed take() {
        Freed block = waiting.poll();
        if (block != null) {
            bytes -= block.capacity();
            check(block);
        }
        return block;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void check(Freed block) {
        long end = block.payloadAt() + block.capacity();
        long at = block.payloadAt();
        while (at + Long.BYTES <= end && memory.getLong(at) == PATTERNS) {
            at += Long.BYTES;
        }
        while (at < end && memory.getByte(at) == PATTERN) {
            at++;
        }
        RecordView record = at == end ? null : scan.another().block(block.slab(), block.index());
        if (record != null && record.generation() == StateWord.generation(block.word())) {
            byte[] found = new byte[(int) Math.min(FaultLayout.FOUND_BYTES, end - at)];
            memory.getBytes(at, found, 0, found.length);
            faults.write(Fault.of(FaultKind.USE_AFTER_FREE)
                    .block(record, faults.allocated(record))
                    .other(faults.changed(record))
                    .amount(1, record.size())
                    .found(at, found));
        }
    }
}
