package io.shm.ledger;

import io.shm.layout.ChannelLayout;
import io.shm.layout.ChannelSlotLayout;
import io.shm.memory.SharedMemory;

/**
 * The block of a channel, as whoever finds it in the ledger sees it. All that is read is checked; what cannot be a channel
 * is none.
 *
 * @param at of its payload
 * @param capacity slots, a power of two
 * @param again whether messages of a receiver that has died are delivered again
 */
public record ChannelBlock(long at, int capacity, boolean again) {
    /** What blocks of channels are: a cell in each slot. */
    public static final BlockType TYPE =
            BlockType.of("shm.channel").cells(ChannelLayout.LENGTH, ChannelSlotLayout.LENGTH, 0);

    /** Codes of {@code POLICY}. */
    public static final int GONE = 0;

    public static final int AGAIN = 1;

    /** The channel in a payload; null where there is none. */
    public static ChannelBlock of(SharedMemory memory, long at, long size) {
        if (size < ChannelLayout.LENGTH || memory.getLong(at + ChannelLayout.MAGIC_OFFSET) != ChannelLayout.MAGIC) {
            return null;
        }
        long capacity = memory.getLong(at + ChannelLayout.CAPACITY_OFFSET);
        if (!ChannelLayout.isCapacity(capacity) || ChannelLayout.bytesFor((int) capacity) != size) {
            return null;
        }
        return new ChannelBlock(at, (int) capacity, memory.getLong(at + ChannelLayout.POLICY_OFFSET) == AGAIN);
    }

    /** Writes a channel without messages into a block that nobody else knows yet, with plain stores. */
    public static void form(SharedMemory memory, long at, int capacity, boolean again) {
        memory.fill(at, ChannelLayout.LENGTH, (byte) 0);
        memory.putLong(at + ChannelLayout.CAPACITY_OFFSET, capacity);
        memory.putLong(at + ChannelLayout.POLICY_OFFSET, again ? AGAIN : GONE);
        // Lap 1 is the first: a cell of 0 is one that a program may publish into, and is none of a queue.
        memory.putLong(at + ChannelLayout.HEAD_OFFSET, capacity);
        memory.putLong(at + ChannelLayout.TAIL_OFFSET, capacity);
        for (int i = 0; i < capacity; i++) {
            memory.putLong(ChannelLayout.slotAt(at, i), QueueStates.empty(1));
        }
        memory.putLong(at + ChannelLayout.MAGIC_OFFSET, ChannelLayout.MAGIC);
    }

    public long cellAt(int index) {
        return ChannelLayout.slotAt(at, index);
    }

    /** Settles the slots of a participant that is gone. */
    public void reclaim(SharedMemory memory, int owner) {
        int lost = 0;
        for (int i = 0; i < capacity; i++) {
            lost += QueueStates.reclaim(memory, cellAt(i), owner, again) ? 1 : 0;
        }
        if (lost > 0) {
            memory.getAndAddLong(at + ChannelLayout.LOST_OFFSET, lost);
        }
    }

    /** After all of a dead one's blocks and slots are settled: receivers look once for what is to be delivered again. */
    public void tellOfOrphans(SharedMemory memory) {
        if (again) {
            memory.getAndAddLong(at + ChannelLayout.ORPHANS_OFFSET, 1);
        }
    }
}
