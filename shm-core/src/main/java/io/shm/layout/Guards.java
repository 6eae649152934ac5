package io.shm.layout;

/**
 * What lies in the guards around blocks, and behind the requested bytes of a block in use.
 *
 * <pre>
 *   ... | behind i-1 | before i | block i: payload, tail, rest | behind i | before i+1 | block i+1 ...
 *       |---- guard of 16 ------|                              |------ guard of 16 ----|
 * </pre>
 *
 * Every block has a word of its own, which depends on its place, so that bytes copied from elsewhere do not pass. It lies
 * behind the block. The word before a block is a variant of it. The 8 bytes behind the requested size, the tail, are what
 * the same word would be if it were repeated from the block on; so where a block has no slack the tail is the word behind
 * it. Each byte has its highest bit set and is never {@code ff}: no ASCII and no zero passes for one.
 */
public final class Guards {
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final long FREE_BITS = 0x7c7c7c7c7c7c7c7cL;
    private static final long FIXED_BITS = 0x8181818181818181L;

    /** The word behind a block, at {@link Geometry#behind}. */
    public static long behind(long blockAt) {
        return (((blockAt >>> 4) * MIX) & FREE_BITS) | FIXED_BITS;
    }

    /** The word before a block, at {@code blockAt - 8}. */
    public static long before(long blockAt) {
        return behind(blockAt) ^ FREE_BITS;
    }

    /** The 8 bytes from an offset within or right behind a block on. */
    public static long tail(long blockAt, long at) {
        return Long.rotateRight(behind(blockAt), (int) (at & 7) << 3);
    }

    private Guards() {}
}
