package io.shm.ledger;

import io.shm.layout.CallLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.memory.SharedMemory;
import java.util.function.LongConsumer;

/**
 * The block of a table of requests, as whoever finds it in the ledger sees it. All that is read is checked; what cannot be
 * such a table is none.
 *
 * @param at of its payload
 * @param capacity calls, a power of two
 * @param again whether another server is to have what a dead one had not answered
 */
public record RequestsBlock(long at, int capacity, boolean again) {
    /** What blocks of requests are: two cells in each call. */
    public static final BlockType TYPE = BlockType.of("shm.requests")
            .cells(RequestsLayout.LENGTH + CallLayout.REQUEST_OFFSET, CallLayout.LENGTH, 0)
            .cells(RequestsLayout.LENGTH + CallLayout.REPLY_OFFSET, CallLayout.LENGTH, 0);

    /** The table in a payload; null where there is none. */
    public static RequestsBlock of(SharedMemory memory, long at, long size) {
        if (size < RequestsLayout.LENGTH || memory.getLong(at + RequestsLayout.MAGIC_OFFSET) != RequestsLayout.MAGIC) {
            return null;
        }
        long capacity = memory.getLong(at + RequestsLayout.CAPACITY_OFFSET);
        if (!RequestsLayout.isCapacity(capacity) || RequestsLayout.bytesFor((int) capacity) != size) {
            return null;
        }
        return new RequestsBlock(
                at, (int) capacity, memory.getLong(at + RequestsLayout.POLICY_OFFSET) == ChannelBlock.AGAIN);
    }

    /** Writes a table without calls into a block that nobody else knows yet, with plain stores. */
    public static void form(SharedMemory memory, long at, int capacity, boolean again) {
        memory.fill(at, RequestsLayout.bytesFor(capacity), (byte) 0);
        memory.putLong(at + RequestsLayout.CAPACITY_OFFSET, capacity);
        memory.putLong(at + RequestsLayout.POLICY_OFFSET, again ? ChannelBlock.AGAIN : 0);
        for (int i = 0; i < capacity; i++) {
            memory.putLong(RequestsLayout.callAt(at, i), CallStates.unused());
        }
        memory.putLong(at + RequestsLayout.MAGIC_OFFSET, RequestsLayout.MAGIC);
    }

    public long callAt(int index) {
        return RequestsLayout.callAt(at, index);
    }

    /** Where it says how many servers a participant has. */
    public long serversAt(int slot) {
        return at + RequestsLayout.SERVERS_OFFSET + 8L * slot;
    }

    /** Whether anybody serves, as far as is known: one that has died does until it is reaped. */
    public boolean isServed(SharedMemory memory) {
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            if (memory.getLongAcquire(serversAt(slot)) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Settles the calls of a participant that is gone. Dies half-way: the next one goes on with what is left. */
    public void reclaim(SharedMemory memory, int owner, LongConsumer empties) {
        long servers = memory.getLongAcquire(serversAt(owner - 1));
        if (servers != 0) {
            memory.compareAndSetLong(serversAt(owner - 1), servers, 0);
        }
        int died = 0;
        for (int i = 0; i < capacity; i++) {
            died += CallStates.reclaim(memory, callAt(i), owner, again, empties) ? 1 : 0;
        }
        if (died > 0) {
            memory.getAndAddLong(at + RequestsLayout.DIED_OFFSET, died);
        }
    }
}
