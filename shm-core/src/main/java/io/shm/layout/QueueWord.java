package io.shm.layout;

/**
 * What a cell of a queue is while it holds no handle. Its low 34 bits are 0, so to everybody else it names no block.
 *
 * <pre>
 *  63         43 42    37 36   34 33                                    0
 * +-------------+--------+-------+---------------------------------------+
 * |     lap     | owner  | state |                  0                    |
 * +-------------+--------+-------+---------------------------------------+
 * lap    21 bits: how often the queue has come round, modulo 2^21
 * owner  participant slot + 1 in WRITING, READING and SKIPPED, else 0
 * state  a code of QueueState
 * </pre>
 *
 * Laps are compared by the shorter way round: a position is behind, at, or before another of at most 2^20 laps distance.
 */
public final class QueueWord {
    public static final int LAP_MASK = (1 << 21) - 1;
    private static final int LAP_SHIFT = 43;
    private static final int OWNER_SHIFT = 37;
    private static final int STATE_SHIFT = 34;

    public static long pack(int state, int owner, int lap) {
        return ((long) (lap & LAP_MASK) << LAP_SHIFT) | ((long) owner << OWNER_SHIFT) | ((long) state << STATE_SHIFT);
    }

    /** Whether a cell's word is one of these, and no handle. */
    public static boolean isOne(long word) {
        return (word & Handle.GENERATION_MASK) == 0;
    }

    public static int state(long word) {
        return (int) (word >>> STATE_SHIFT) & 7;
    }

    public static int owner(long word) {
        return (int) (word >>> OWNER_SHIFT) & 0x3f;
    }

    public static int lap(long word) {
        return (int) (word >>> LAP_SHIFT);
    }

    /** How many laps one is ahead of another; negative where it is behind. */
    public static int ahead(int lap, int other) {
        return ((lap - other) << 11) >> 11;
    }

    private QueueWord() {}
}
