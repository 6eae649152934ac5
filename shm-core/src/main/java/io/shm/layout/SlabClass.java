package io.shm.layout;

/** The 8-bit code of what a slab is formatted for: a size class, a pool, or one large block. */
public final class SlabClass {
    public static final int FIRST_POOL = 128;
    public static final int POOLS_LIMIT = 126;
    public static final int NONE = 254;
    public static final int LARGE = 255;

    public static boolean isSizeClass(int slabClass) {
        return slabClass < SizeClasses.COUNT;
    }

    public static boolean isPool(int slabClass) {
        return slabClass >= FIRST_POOL && slabClass < FIRST_POOL + POOLS_LIMIT;
    }

    public static int ofPool(int pool) {
        return FIRST_POOL + pool;
    }

    public static int poolOf(int slabClass) {
        return slabClass - FIRST_POOL;
    }

    private SlabClass() {}
}
