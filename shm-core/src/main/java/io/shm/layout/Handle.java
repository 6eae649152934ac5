package io.shm.layout;

/**
 * A block's place and generation in 64 bits: what fits a cell and is passed between processes. 0 is no block.
 *
 * <pre>
 *  63                  44 43        34 33                                   0
 * +----------------------+------------+--------------------------------------+
 * |         slab         |   index    |              generation              |
 * +----------------------+------------+--------------------------------------+
 * slab        20 bits: 64 GiB of slabs of 64 KiB
 * index       10 bits: the record within the slab
 * generation  the low 34 bits of the block's generation
 * </pre>
 */
public final class Handle {
    public static final long NONE = 0;
    public static final long GENERATION_MASK = (1L << 34) - 1;

    public static long pack(int slab, int index, long generation) {
        return ((long) slab << 44) | ((long) index << 34) | (generation & GENERATION_MASK);
    }

    public static int slab(long handle) {
        return (int) (handle >>> 44);
    }

    public static int index(long handle) {
        return (int) (handle >>> 34) & 0x3ff;
    }

    public static long generation(long handle) {
        return handle & GENERATION_MASK;
    }

    /** Whether the handle's generation is the one that a state word holds. */
    public static boolean matches(long handle, long stateWord) {
        return generation(handle) == (StateWord.generation(stateWord) & GENERATION_MASK);
    }

    private Handle() {}
}
