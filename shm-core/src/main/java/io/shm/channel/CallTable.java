package io.shm.channel;

import io.shm.error.CorruptRegionException;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.layout.CallLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.ledger.RequestsBlock;
import io.shm.memory.SharedMemory;
import java.util.Locale;

/**
 * The entries of a table of requests, and their cells, for those who ask and those who serve.
 *
 * <p>Head and tail say where to look first, so that requests are served about in their order; any number may be there. Every
 * entry is looked at before one is missed.
 */
final class CallTable {
    private final String name;
    private final SharedMemory memory;
    private final Heap heap;
    private final HomeBlock home;
    private final RequestsBlock table;
    private final CellOwner cells;
    private final Signal servers;
    private final Signal room;
    private final Signal[] requesters;

    /** @throws IllegalArgumentException if the block is no table of requests */
    CallTable(String name, SharedMemory memory, RegionMap map, Heap heap, Block block) {
        this.name = name;
        this.memory = memory;
        this.heap = heap;
        this.home = new HomeBlock("the table of requests '" + name + "'", heap, block);
        this.table = RequestsBlock.TYPE.equals(heap.typeOf(block))
                ? RequestsBlock.of(memory, block.offset(), block.size())
                : null;
        if (table == null) {
            throw new IllegalArgumentException("this block is no table of requests: " + block);
        }
        this.cells = new CellOwner(memory, map, heap);
        this.servers = new Signal(memory, table.at() + RequestsLayout.SERVER_WAITS_OFFSET);
        this.room = new Signal(memory, table.at() + RequestsLayout.ROOM_WAITS_OFFSET);
        this.requesters = new Signal[table.capacity()];
        for (int i = 0; i < requesters.length; i++) {
            requesters[i] = new Signal(memory, table.callAt(i) + CallLayout.WAITS_OFFSET);
        }
    }

    String name() {
        return name;
    }

    SharedMemory memory() {
        return memory;
    }

    Heap heap() {
        return heap;
    }

    int owner() {
        return heap.owner();
    }

    CellOwner cells() {
        return cells;
    }

    RequestsBlock table() {
        return table;
    }

    long at(int index) {
        return table.callAt(index);
    }

    long word(int index) {
        return memory.getLongAcquire(at(index));
    }

    /** Servers sleep on it until there is a request. */
    Signal servers() {
        return servers;
    }

    /** Requesters sleep on it until there is room. */
    Signal room() {
        return room;
    }

    /** The requester of a call sleeps on it until there is an answer. */
    Signal requester(int index) {
        return requesters[index];
    }

    /** Makes a free entry this participant's; -1 where there is none. */
    int claim() {
        long tailAt = table.at() + RequestsLayout.TAIL_OFFSET;
        long tail = memory.getLongAcquire(tailAt);
        for (int step = 0; step < table.capacity(); step++) {
            int index = indexOf(tail + step);
            long word = word(index);
            if (CallStates.of(word) == CallState.FREE && CallStates.claim(memory, at(index), word, owner())) {
                memory.putLongRelease(tailAt, tail + step + 1);
                return index;
            }
        }
        return -1;
    }

    /** Takes a request that waits; null where there is none. */
    Request take() {
        long headAt = table.at() + RequestsLayout.HEAD_OFFSET;
        long head = memory.getLongAcquire(headAt);
        for (int step = 0; step < table.capacity(); step++) {
            int index = indexOf(head + step);
            long word = word(index);
            if (CallStates.of(word) == CallState.ASKED && CallStates.take(memory, at(index), word, owner())) {
                memory.putLongRelease(headAt, head + step + 1);
                // The word that this CAS left: its requester may have given it up since.
                return new Request(this, index, CallStates.taken(word, owner()));
            }
        }
        return null;
    }

    private int indexOf(long position) {
        return (int) position & (table.capacity() - 1);
    }

    /** Frees what the cells of an entry hold that is this participant's. */
    void empty(int index) {
        try {
            cells.empty(at(index) + CallLayout.REQUEST_OFFSET);
        } finally {
            cells.empty(at(index) + CallLayout.REPLY_OFFSET);
        }
    }

    /** Ends a call: frees what the entry holds, and the entry, whatever is in its cells. */
    void release(int index, long held) {
        try {
            empty(index);
        } finally {
            CallStates.free(memory, at(index), held);
            room.wake();
        }
    }

    /** Whether somebody serves. */
    boolean isServed() {
        return table.isServed(memory);
    }

    void count(int offset) {
        memory.getAndAddLong(table.at() + offset, 1);
    }

    void checkOpen() {
        home.checkOpen();
    }

    CorruptRegionException withoutBlock(int index) {
        return new CorruptRegionException("corrupt region: a call's cell has lost its block: offset=" + at(index));
    }

    CorruptRegionException damaged(int index, long word) {
        return new CorruptRegionException(String.format(
                Locale.ROOT,
                "corrupt region: a call has a word that it cannot have: offset=%d observed=0x%016x",
                at(index),
                word));
    }
}
