package io.shm.layout;

/**
 * The word of a participant's slot.
 *
 * <pre>
 *  63   60 59                  40 39                               8 7      0
 * +-------+----------------------+----------------------------------+--------+
 * | state |       reserved       |           incarnation            | check  |
 * +-------+----------------------+----------------------------------+--------+
 * state        code of the slot's state, 0 is never valid
 * incarnation  32 bits, raised each time the slot becomes empty
 * check        of the other 56 bits
 * </pre>
 */
public final class ParticipantWord {
    private static final long RESERVED = 0x0fff_ff00_0000_0000L;

    public static long pack(int state, long incarnation) {
        return Bits.sealed(((long) state << 60) | ((incarnation & 0xffff_ffffL) << 8));
    }

    public static int state(long word) {
        return (int) (word >>> 60);
    }

    public static long incarnation(long word) {
        return (word >>> 8) & 0xffff_ffffL;
    }

    public static boolean isValid(long word) {
        return state(word) != 0 && Bits.isSealed(word);
    }

    /** Whether the word is valid, and its reserved bits are zero. */
    public static boolean isSound(long word) {
        return isValid(word) && (word & RESERVED) == 0;
    }

    private ParticipantWord() {}
}
