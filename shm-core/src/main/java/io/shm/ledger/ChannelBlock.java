package io.shm.ledger;

import io.shm.layout.ChannelLayout;
import io.shm.layout.ChannelSlotLayout;
import io.shm.layout.RoleWord;
import io.shm.memory.SharedMemory;

/**
 * The block of a channel, as whoever finds it in the ledger sees it. All that is read is checked; what cannot be a channel
 * is none.
 *
 * @param at of its payload
 * @param capacity slots, a power of two
 * @param policy any of {@link #AGAIN}, {@link #ONE_SENDER} and {@link #ONE_RECEIVER}
 */
public record ChannelBlock(long at, int capacity, int policy) {
    /** What blocks of channels are: a cell in each slot. */
    public static final BlockType TYPE =
            BlockType.of("shm.channel").cells(ChannelLayout.LENGTH, ChannelSlotLayout.LENGTH, 0);

    /** Bits of {@code POLICY}. Messages of a receiver that has died are delivered again; else they are gone. */
    public static final int AGAIN = 1;
    /** One thread at a time sends. */
    public static final int ONE_SENDER = 1 << 1;
    /** One thread at a time receives. */
    public static final int ONE_RECEIVER = 1 << 2;

    /** All that there are. */
    public static final int POLICIES = AGAIN | ONE_SENDER | ONE_RECEIVER;

    /** The channel in a payload; null where there is none. */
    public static ChannelBlock of(SharedMemory memory, long at, long size) {
        if (size < ChannelLayout.LENGTH || memory.getLong(at + ChannelLayout.MAGIC_OFFSET) != ChannelLayout.MAGIC) {
            return null;
        }
        long capacity = memory.getLong(at + ChannelLayout.CAPACITY_OFFSET);
        if (!ChannelLayout.isCapacity(capacity) || ChannelLayout.bytesFor((int) capacity) != size) {
            return null;
        }
        return new ChannelBlock(at, (int) capacity, (int) memory.getLong(at + ChannelLayout.POLICY_OFFSET) & POLICIES);
    }

    public boolean again() {
        return (policy & AGAIN) != 0;
    }

    public boolean hasOneSender() {
        return (policy & ONE_SENDER) != 0;
    }

    public boolean hasOneReceiver() {
        return (policy & ONE_RECEIVER) != 0;
    }

    /** Writes a channel without messages into a block that nobody else knows yet, with plain stores. */
    public static void form(SharedMemory memory, long at, int capacity, int policy) {
        memory.fill(at, ChannelLayout.LENGTH, (byte) 0);
        memory.putLong(at + ChannelLayout.CAPACITY_OFFSET, capacity);
        memory.putLong(at + ChannelLayout.POLICY_OFFSET, policy);
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
            lost += QueueStates.reclaim(memory, cellAt(i), owner, again()) ? 1 : 0;
        }
        if (lost > 0) {
            memory.getAndAddLong(at + ChannelLayout.LOST_OFFSET, lost);
        }
        // Last: the next one finds no slot of this one's.
        reclaimRole(memory, at + ChannelLayout.SENDER_OFFSET, owner);
        reclaimRole(memory, at + ChannelLayout.RECEIVER_OFFSET, owner);
    }

    private static void reclaimRole(SharedMemory memory, long roleAt, int owner) {
        long word = memory.getLongAcquire(roleAt);
        if (word != 0 && RoleWord.owner(word) == owner) {
            memory.compareAndSetLong(roleAt, word, 0);
        }
    }

    /** After all of a dead one's blocks and slots are settled: receivers look once for what is to be delivered again. */
    public void tellOfOrphans(SharedMemory memory) {
        if (again()) {
            memory.getAndAddLong(at + ChannelLayout.ORPHANS_OFFSET, 1);
        }
    }
}
