package io.shm.ledger;

import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;
import java.util.function.LongConsumer;

/**
 * The block of a broadcast, as whoever finds it in the ledger sees it. All that is read is checked; what cannot be one is
 * none.
 *
 * @param at of its payload
 * @param capacity slots, a power of two
 * @param detaches whether one that falls behind is detached, rather than misses messages
 */
public record BroadcastBlock(long at, int capacity, boolean detaches) {
    /** What blocks of broadcasts are: a cell in each slot. */
    public static final BlockType TYPE = BlockType.of("shm.broadcast")
            .cells(BroadcastLayout.SLOTS_OFFSET + BroadcastSlotLayout.CELL_OFFSET, BroadcastSlotLayout.LENGTH, 0);

    /** Codes of {@code POLICY}. */
    public static final int DROPS = 0;

    public static final int DETACHES = 1;

    /** The broadcast in a payload; null where there is none. */
    public static BroadcastBlock of(SharedMemory memory, long at, long size) {
        if (size < BroadcastLayout.LENGTH
                || memory.getLong(at + BroadcastLayout.MAGIC_OFFSET) != BroadcastLayout.MAGIC) {
            return null;
        }
        long capacity = memory.getLong(at + BroadcastLayout.CAPACITY_OFFSET);
        if (!BroadcastLayout.isCapacity(capacity) || BroadcastLayout.bytesFor((int) capacity) != size) {
            return null;
        }
        return new BroadcastBlock(at, (int) capacity, memory.getLong(at + BroadcastLayout.POLICY_OFFSET) == DETACHES);
    }

    /** Writes a broadcast without messages into a block that nobody else knows yet, with plain stores. */
    public static void form(SharedMemory memory, long at, int capacity, boolean detaches) {
        memory.fill(at, BroadcastLayout.bytesFor(capacity), (byte) 0);
        memory.putLong(at + BroadcastLayout.CAPACITY_OFFSET, capacity);
        memory.putLong(at + BroadcastLayout.POLICY_OFFSET, detaches ? DETACHES : DROPS);
        memory.putLong(at + BroadcastLayout.TAIL_OFFSET, capacity);
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            memory.putLong(BroadcastLayout.subscriptionAt(at, i), SubscriptionStates.unused());
        }
        for (int i = 0; i < capacity; i++) {
            memory.putLong(BroadcastLayout.slotAt(at, i), BroadcastStates.empty(1));
        }
        memory.putLong(at + BroadcastLayout.MAGIC_OFFSET, BroadcastLayout.MAGIC);
    }

    public long slotAt(int index) {
        return BroadcastLayout.slotAt(at, index);
    }

    public long subscriptionAt(int index) {
        return BroadcastLayout.subscriptionAt(at, index);
    }

    /** Those to whom is sent, a bit for each. */
    public int active(SharedMemory memory) {
        return in(memory, 1 << SubscriptionState.ACTIVE.code());
    }

    /** Those that may read what they have begun to. */
    private int readers(SharedMemory memory) {
        return in(memory, 1 << SubscriptionState.ACTIVE.code() | 1 << SubscriptionState.DETACHED.code());
    }

    private int in(SharedMemory memory, int states) {
        int bits = 0;
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            SubscriptionState state = SubscriptionStates.of(memory.getLongAcquire(subscriptionAt(i)));
            bits |= state != null && (states >>> state.code() & 1) != 0 ? 1 << i : 0;
        }
        return bits;
    }

    /**
     * Ends a subscription: its bits are taken out of all slots, and what nobody is to read any more is freed in its
     * participant's name. Nothing happens where another has come in its place.
     *
     * @param active its word
     * @param empties empties a cell: what it holds is freed
     */
    public void leave(SharedMemory memory, int index, long active, LongConsumer empties) {
        long word = memory.getLongAcquire(subscriptionAt(index));
        if (StateWord.generation(word) == StateWord.generation(active)) {
            leave(memory, index, StateWord.owner(active), empties);
        }
    }

    private void leave(SharedMemory memory, int index, int owner, LongConsumer empties) {
        long word = memory.getLongAcquire(subscriptionAt(index));
        SubscriptionState state = SubscriptionStates.of(word);
        while ((state == SubscriptionState.ACTIVE || state == SubscriptionState.DETACHED)
                && StateWord.owner(word) == owner) {
            SubscriptionStates.leave(memory, subscriptionAt(index), word);
            word = memory.getLongAcquire(subscriptionAt(index));
            state = SubscriptionStates.of(word);
        }
        if (state == SubscriptionState.LEAVING && StateWord.owner(word) == owner) {
            sweep(memory, owner, false, empties);
            SubscriptionStates.free(memory, subscriptionAt(index), word);
        }
    }

    /**
     * Settles what a participant that is gone had: its slots, its subscriptions. Dies half-way: the next one goes on.
     *
     * @param empties as of {@link #leave}: what a cell holds goes the way of all that the dead one had
     */
    public void reclaim(SharedMemory memory, int owner, LongConsumer empties) {
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            leave(memory, i, owner, empties);
        }
        sweep(memory, owner, true, empties);
    }

    /**
     * Takes bits out that are nobody's: of one that has left, or is leaving.
     *
     * @param dead whether the slots that are the participant's are finished, too
     */
    private void sweep(SharedMemory memory, int owner, boolean dead, LongConsumer empties) {
        for (int i = 0; i < capacity; i++) {
            boolean more = true;
            while (more) {
                more = sweepSlot(memory, slotAt(i), owner, dead, empties);
            }
        }
    }

    /** Whether the slot has changed meanwhile and is to be looked at once more. */
    private boolean sweepSlot(SharedMemory memory, long slot, int owner, boolean dead, LongConsumer empties) {
        long word = memory.getLongAcquire(slot);
        if (dead && BroadcastStates.owner(word) == owner) {
            empty(memory, slot, owner, empties);
            return false;
        }
        if (BroadcastStates.of(word) != BroadcastState.FULL) {
            return false;
        }
        // After the word: who had its bit by then and is not active has left, or the bit is from before it came. What a
        // detached one reads is its own.
        int pending = BroadcastWord.pending(word) & ~active(memory);
        int reading = BroadcastWord.reading(word) & ~readers(memory);
        if ((pending | reading) == 0) {
            return false;
        }
        long left = BroadcastStates.without(memory, slot, word, pending, reading, owner);
        if (left != 0 && BroadcastStates.owner(left) == owner) {
            empty(memory, slot, owner, empties);
        }
        return left == 0;
    }

    /** Frees what lies in a slot that is a participant's, and makes the slot empty, whatever is in its cell. */
    public static void empty(SharedMemory memory, long slot, int owner, LongConsumer empties) {
        try {
            empties.accept(slot + BroadcastSlotLayout.CELL_OFFSET);
        } finally {
            BroadcastStates.finishOwn(memory, slot, owner);
        }
    }
}
