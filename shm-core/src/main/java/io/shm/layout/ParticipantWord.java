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

    private ParticipantWord() {}
}
