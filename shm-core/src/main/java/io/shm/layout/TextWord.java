package io.shm.layout;

/**
 * The word that publishes an interned text: where it lies in the text area, and part of its hash.
 *
 * <pre>
 *  63                       40 39                                  8 7      0
 * +---------------------------+-------------------------------------+--------+
 * |            hash           |          offset / 8, plus 1         | check  |
 * +---------------------------+-------------------------------------+--------+
 * </pre>
 */
public final class TextWord {
    public static long pack(long hash, long offset) {
        return Bits.sealed((hash & 0xffffff0000000000L) | (((offset >>> 3) + 1) << 8));
    }

    /** Whether a text of this hash may be meant; the text itself decides. */
    public static boolean mayBe(long word, long hash) {
        return ((word ^ hash) & 0xffffff0000000000L) == 0;
    }

    /** Offset in the text area, bytes. */
    public static long offset(long word) {
        return (((word >>> 8) & 0xffff_ffffL) - 1) << 3;
    }

    public static boolean isValid(long word) {
        return Bits.isSealed(word) && ((word >>> 8) & 0xffff_ffffL) != 0;
    }

    private TextWord() {}
}
