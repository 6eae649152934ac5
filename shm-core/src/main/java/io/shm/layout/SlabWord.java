package io.shm.layout;

/**
 * The word of a slab in the slab table.
 *
 * <pre>
 *  63   60 59        52 51        44 43                            8 7      0
 * +-------+------------+------------+-------------------------------+--------+
 * | state |   owner    |   class    |             epoch             | check  |
 * +-------+------------+------------+-------------------------------+--------+
 * state  code of the slab's state, 0 is never valid
 * owner  participant slot + 1, 0 for none
 * class  what it is formatted for, see SlabClass
 * epoch  36 bits, raised each time the slab becomes free
 * check  of the other 56 bits
 * </pre>
 */
public final class SlabWord {
    public static final long EPOCH_MASK = (1L << 36) - 1;

    public static long pack(int state, int owner, int slabClass, long epoch) {
        return Bits.sealed(
                ((long) state << 60) | ((long) owner << 52) | ((long) slabClass << 44) | ((epoch & EPOCH_MASK) << 8));
    }

    public static int state(long word) {
        return (int) (word >>> 60);
    }

    /** Participant slot + 1, or 0. */
    public static int owner(long word) {
        return (int) (word >>> 52) & 0xff;
    }

    public static int slabClass(long word) {
        return (int) (word >>> 44) & 0xff;
    }

    public static long epoch(long word) {
        return (word >>> 8) & EPOCH_MASK;
    }

    public static boolean isValid(long word) {
        return state(word) != 0 && Bits.isSealed(word);
    }

    private SlabWord() {}
}
