package io.shm.layout;

/** The check byte at the end of every packed state word: damage of any other bit shows, but for one case in 256. */
final class Bits {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Puts the check byte below a word whose low eight bits are zero. */
    static long sealed(long word) {
        return word | check(word);
    }

    static boolean isSealed(long word) {
        return (word & 0xff) == check(word & ~0xffL);
    }

    private static long check(long word) {
        return ((word ^ (word >>> 29)) * MIX) >>> 56;
    }

    private Bits() {}
}
