package io.shm.layout;

/**
 * The word of a slot of a broadcast.
 *
 * <pre>
 *  63         43 42   40 39                  20 19                   0
 * +-------------+-------+----------------------+----------------------+
 * |     lap     | state |       pending        |       reading        |
 * +-------------+-------+----------------------+----------------------+
 * lap      21 bits: how often the ring has come round, modulo 2^21
 * state    a code of BroadcastState
 * pending  in FULL a bit for each subscription that is to read the message yet; in WRITING, SKIPPED and FREEING the owner
 * reading  in FULL a bit for each that reads it; else 0
 * </pre>
 */
public final class BroadcastWord {
    /** Subscriptions at a time. */
    public static final int SUBSCRIPTIONS = 20;

    public static final int LAP_MASK = (1 << 21) - 1;
    private static final int BITS_MASK = (1 << SUBSCRIPTIONS) - 1;

    public static long pack(int state, int lap, int pending, int reading) {
        return ((long) (lap & LAP_MASK) << 43)
                | ((long) state << 40)
                | ((long) (pending & BITS_MASK) << 20)
                | (reading & BITS_MASK);
    }

    public static int state(long word) {
        return (int) (word >>> 40) & 7;
    }

    public static int lap(long word) {
        return (int) (word >>> 43);
    }

    public static int pending(long word) {
        return (int) (word >>> 20) & BITS_MASK;
    }

    public static int reading(long word) {
        return (int) word & BITS_MASK;
    }

    private BroadcastWord() {}
}
