package io.shm.layout;

/**
 * The word that publishes an entry of the fault log: what kind it is, and the hash of what makes it one distinct fault.
 *
 * <pre>
 *  63       56 55                                                  8 7      0
 * +-----------+-----------------------------------------------------+--------+
 * |   kind    |                      hash (48)                      | check  |
 * +-----------+-----------------------------------------------------+--------+
 *
 * kind  1 to 255; 0 is never valid, so a zeroed word is not
 * </pre>
 */
public final class FaultWord {
    private static final long HASH = 0x00ff_ffff_ffff_ff00L;

    public static long pack(int kind, long hash) {
        return Bits.sealed(((long) kind << 56) | (hash & HASH));
    }

    public static int kind(long word) {
        return (int) (word >>> 56);
    }

    public static boolean isValid(long word) {
        return kind(word) != 0 && Bits.isSealed(word);
    }

    private FaultWord() {}
}
