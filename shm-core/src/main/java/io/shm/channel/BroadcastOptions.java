package io.shm.channel;

import io.shm.layout.BroadcastLayout;

/** What a broadcast shall be. Immutable. */
public final class BroadcastOptions {
    /** A power of two, and more than there can be subscriptions: each that is stopped while it reads keeps a slot. */
    private static final int FEWEST_SLOTS = 32;

    private final int capacity;
    private final boolean detaches;

    private BroadcastOptions(int capacity, boolean detaches) {
        this.capacity = capacity;
        this.detaches = detaches;
    }

    /**
     * A broadcast whose subscribers may be so many messages behind. One that is further behind misses the oldest, and is told
     * how many: {@link Subscription#missed()}.
     *
     * <p>One that is stopped in the middle of a message keeps the slot of that. So there are more slots than there can be
     * subscriptions, however few are asked for.
     *
     * @param messages rounded up to a power of two, and to {@value #FEWEST_SLOTS} at least; each takes 128 bytes
     * @throws IllegalArgumentException unless it is 1 to {@value BroadcastLayout#MAX_CAPACITY}
     */
    public static BroadcastOptions capacity(int messages) {
        if (messages < 1 || messages > BroadcastLayout.MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "a broadcast is for 1 to " + BroadcastLayout.MAX_CAPACITY + " messages, not " + messages);
        }
        int slots = Math.max(FEWEST_SLOTS, messages);
        return new BroadcastOptions(Integer.bitCount(slots) == 1 ? slots : Integer.highestOneBit(slots) << 1, false);
    }

    /** One that is further behind is detached: it gets nothing any more, and is told so, rather than a part of the messages. */
    public BroadcastOptions detaches() {
        return new BroadcastOptions(capacity, true);
    }

    /** Slots, a power of two. */
    public int slots() {
        return capacity;
    }

    public boolean isDetaching() {
        return detaches;
    }
}
