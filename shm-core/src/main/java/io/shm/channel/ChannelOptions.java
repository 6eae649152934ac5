package io.shm.channel;

import io.shm.layout.ChannelLayout;

/** What a channel shall be. Immutable. */
public final class ChannelOptions {
    private final int capacity;
    private final boolean redelivers;

    private ChannelOptions(int capacity, boolean redelivers) {
        this.capacity = capacity;
        this.redelivers = redelivers;
    }

    /**
     * A channel for so many messages at a time; what a receiver has when it dies goes the way of all that it has.
     *
     * @param messages rounded up to a power of two; each takes 128 bytes
     * @throws IllegalArgumentException unless it is 1 to {@value ChannelLayout#MAX_CAPACITY}
     */
    public static ChannelOptions capacity(int messages) {
        if (messages < 1 || messages > ChannelLayout.MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "a channel is for 1 to " + ChannelLayout.MAX_CAPACITY + " messages, not " + messages);
        }
        int slots = Math.max(ChannelLayout.MIN_CAPACITY, messages);
        return new ChannelOptions(Integer.bitCount(slots) == 1 ? slots : Integer.highestOneBit(slots) << 1, false);
    }

    /**
     * What a receiver had not finished when it died or left is delivered again, to another one, marked as such: each message
     * at least once. A block is finished when it is freed, handed on, or {@link Channel#acknowledge acknowledged}.
     */
    public ChannelOptions redelivers() {
        return new ChannelOptions(capacity, true);
    }

    /** Slots, a power of two. */
    public int slots() {
        return capacity;
    }

    public boolean isRedelivering() {
        return redelivers;
    }
}
