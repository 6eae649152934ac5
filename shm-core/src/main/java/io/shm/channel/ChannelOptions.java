package io.shm.channel;

import io.shm.layout.ChannelLayout;
import io.shm.ledger.ChannelBlock;

/** What a channel shall be. Immutable. */
public final class ChannelOptions {
    private final int capacity;
    private final int policy;

    private ChannelOptions(int capacity, int policy) {
        this.capacity = capacity;
        this.policy = policy;
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
        return new ChannelOptions(Integer.bitCount(slots) == 1 ? slots : Integer.highestOneBit(slots) << 1, 0);
    }

    /**
     * What a receiver had not finished when it died or left is delivered again, to another one, marked as such: each message
     * at least once. A block is finished when it is freed, handed on, or {@link Channel#acknowledge acknowledged}.
     */
    public ChannelOptions redelivers() {
        return with(ChannelBlock.AGAIN);
    }

    /**
     * One thread at a time sends, in whichever process: the first that does, until it {@link Channel#resign resigns} or its
     * process leaves or dies; once it has ended, the next of its process may. The others are refused by an exception. Small
     * messages then cost much less.
     */
    public ChannelOptions oneSender() {
        return with(ChannelBlock.ONE_SENDER);
    }

    /**
     * One thread at a time receives: as {@link #oneSender()}. A message that it does not finish holds up senders as soon as
     * they come round to its slot, which with several receivers it would not.
     */
    public ChannelOptions oneReceiver() {
        return with(ChannelBlock.ONE_RECEIVER);
    }

    private ChannelOptions with(int bit) {
        return new ChannelOptions(capacity, policy | bit);
    }

    /** Slots, a power of two. */
    public int slots() {
        return capacity;
    }

    public boolean isRedelivering() {
        return (policy & ChannelBlock.AGAIN) != 0;
    }

    public boolean hasOneSender() {
        return (policy & ChannelBlock.ONE_SENDER) != 0;
    }

    public boolean hasOneReceiver() {
        return (policy & ChannelBlock.ONE_RECEIVER) != 0;
    }

    int policy() {
        return policy;
    }
}
