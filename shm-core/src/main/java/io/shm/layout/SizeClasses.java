package io.shm.layout;

/**
 * The sizes that slabs are cut into: 16 to 128 bytes in steps of 16, then four sizes per doubling up to 112 KiB.
 *
 * <p>At most 20 % of a block is slack above 64 bytes. Classes up to 14 KiB take one slab, those above a span of
 * several. What is larger than the largest class is a large run of its own. (The spacing is that of jemalloc's size
 * classes.)
 */
public final class SizeClasses {
    /** Number of classes; a class is its index. */
    public static final int COUNT = 47;
    /** The first class whose slabs are spans of several. */
    public static final int FIRST_SPAN = 35;

    public static final long LARGEST = sizeOf(COUNT - 1);

    /** The smallest class that holds the size; the caller has checked 1 &lt;= size &lt;= {@link #LARGEST}. */
    public static int classOf(long size) {
        if (size <= 128) {
            return (int) ((size + 15) >>> 4) - 1;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(size - 1);
        return ((doubling - 5) << 2) + ((int) ((size - 1) >>> (doubling - 2)) & 3);
    }

    /** Bytes of a block of the class. */
    public static long sizeOf(int sizeClass) {
        if (sizeClass < 8) {
            return (sizeClass + 1L) << 4;
        }
        int doubling = (sizeClass >>> 2) + 5;
        return (4L + (sizeClass & 3) + 1) << (doubling - 2);
    }

    private SizeClasses() {}
}
