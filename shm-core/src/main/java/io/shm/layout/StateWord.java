package io.shm.layout;

/**
 * The state word of a block.
 *
 * <pre>
 *  63   60 59        52 51                                         8 7      0
 * +-------+------------+--------------------------------------------+--------+
 * | state |   owner    |                 generation                 | check  |
 * +-------+------------+--------------------------------------------+--------+
 * state       code of the block's state, 0 is never valid
 * owner       participant slot + 1, 0 for none
 * generation  44 bits, fresh for every ownership of every block
 * check       of the other 56 bits
 * </pre>
 */
public final class StateWord {
    public static final int GENERATION_BITS = 44;
    /** From this bit on a word says its state and its owner, and nothing else. */
    public static final int OWNER_SHIFT = 52;

    public static final long GENERATION_MASK = (1L << GENERATION_BITS) - 1;

    public static long pack(int state, int owner, long generation) {
        return Bits.sealed(
                ((long) state << 60) | ((long) owner << OWNER_SHIFT) | ((generation & GENERATION_MASK) << 8));
    }

    public static int state(long word) {
        return (int) (word >>> 60);
    }

    /** Participant slot + 1, or 0. */
    public static int owner(long word) {
        return (int) (word >>> OWNER_SHIFT) & 0xff;
    }

    /** Whether a word's state and owner are those of another. */
    public static boolean isHeldBy(long word, long other) {
        return (word ^ other) >>> OWNER_SHIFT == 0;
    }

    public static long generation(long word) {
        return (word >>> 8) & GENERATION_MASK;
    }

    /** Whether the word's check byte is right and its state is not 0. */
    public static boolean isValid(long word) {
        return state(word) != 0 && Bits.isSealed(word);
    }

    private StateWord() {}
}
