package io.shm.layout;

/**
 * Which block another one displaces from their cell: a record's CHANGED word, from the moment in which a replacement is
 * being recorded until its next change.
 *
 * <pre>
 *  63        44 43      34 33                 16 15       0
 * +------------+----------+---------------------+----------+
 * |    slab    |  index   | generation, low 18  |  action  |
 * +------------+----------+---------------------+----------+
 * </pre>
 */
public final class DisplacesWord {
    private static final int GENERATION_BITS = 18;
    private static final long GENERATION_MASK = (1L << GENERATION_BITS) - 1;

    /** @param action the code that tells the word from a note */
    public static long pack(long handle, int action) {
        return (handle & ~Handle.GENERATION_MASK) | (handle & GENERATION_MASK) << 16 | action;
    }

    public static int slab(long word) {
        return Handle.slab(word);
    }

    public static int index(long word) {
        return Handle.index(word);
    }

    /** Whether a state word is of the displaced block's life, as far as 18 bits tell. */
    public static boolean matches(long word, long stateWord) {
        return ((word >>> 16) & GENERATION_MASK) == (StateWord.generation(stateWord) & GENERATION_MASK);
    }

    private DisplacesWord() {}
}
