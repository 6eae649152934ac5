package io.shm.layout;

/**
 * How a slab, or a run of slabs, is cut: a header, the records, then the blocks with a guard before, between and
 * after them. All offsets are relative to the first byte of the run.
 *
 * <pre>
 * | header 64 | record 64 x n | guard 16 | block | guard 16 | block | guard 16 | ... | remainder |
 * </pre>
 */
public final class Geometry {
    public static final int SLAB_SHIFT = 16;
    public static final long SLAB_BYTES = 1L << SLAB_SHIFT;
    public static final int GUARD_BYTES = 16;
    /** A record index has ten bits. */
    public static final int MAX_BLOCKS = 1 << 10;
    /** The largest alignment that a block can have. */
    public static final int MAX_ALIGNMENT = 4096;

    private static final int FIXED_BYTES = SlabHeaderLayout.LENGTH + GUARD_BYTES;
    private static final int MAX_SPAN = 8;
    private static final Geometry[] BY_CLASS = new Geometry[SizeClasses.COUNT];

    static {
        for (int i = 0; i < BY_CLASS.length; i++) {
            BY_CLASS[i] = forBlocks(SizeClasses.sizeOf(i));
        }
    }

    private final long blockBytes;
    private final long stride;
    private final int count;
    private final int slabs;

    private Geometry(long blockBytes, int slabs) {
        this.blockBytes = blockBytes;
        this.stride = ((blockBytes + 15) & -16L) + GUARD_BYTES;
        this.slabs = slabs;
        this.count = (int) Math.min(MAX_BLOCKS, ((slabs * SLAB_BYTES) - FIXED_BYTES) / (RecordLayout.LENGTH + stride));
    }

    public static Geometry ofClass(int sizeClass) {
        return BY_CLASS[sizeClass];
    }

    /** The run of one to eight slabs that wastes least, or the one-block run where the block is too large for them. */
    public static Geometry forBlocks(long blockBytes) {
        Geometry best = null;
        for (int slabs = 1; slabs <= MAX_SPAN; slabs++) {
            Geometry candidate = new Geometry(blockBytes, slabs);
            if (candidate.count > 0 && blockBytes <= SizeClasses.sizeOf(SizeClasses.FIRST_SPAN - 1)) {
                return candidate;
            }
            if (candidate.count > 0
                    && (best == null || candidate.remainder() * best.slabs < best.remainder() * candidate.slabs)) {
                best = candidate;
            }
        }
        return best != null ? best : ofLarge(slabsForLarge(blockBytes, 16));
    }

    /** A run with one block as large as it can be. */
    public static Geometry ofLarge(int slabs) {
        return new Geometry(slabs * SLAB_BYTES - FIXED_BYTES - RecordLayout.LENGTH - GUARD_BYTES, slabs);
    }

    /** Slabs of the run for one block; more than an int holds is {@link Integer#MAX_VALUE}. */
    public static int slabsForLarge(long size, int alignment) {
        long bytes = FIXED_BYTES + RecordLayout.LENGTH + GUARD_BYTES + (alignment - 16L) + ((size + 15) & -16L);
        return (int) Math.min(Integer.MAX_VALUE, (bytes + SLAB_BYTES - 1) >>> SLAB_SHIFT);
    }

    /** Bytes that a block can hold. */
    public long blockBytes() {
        return blockBytes;
    }

    public int count() {
        return count;
    }

    public int slabs() {
        return slabs;
    }

    /** First byte of a block, relative to the run. */
    public long blockAt(int index) {
        return FIXED_BYTES + (long) count * RecordLayout.LENGTH + index * stride;
    }

    /** The first byte behind a block, relative to the run: where the guard behind it begins. */
    public long behind(int index) {
        return blockAt(index) + stride - GUARD_BYTES;
    }

    /**
     * The block nearest to a place of the run: the one that holds it, or whose guard behind it does.
     *
     * @return its index, or -1 where there are no blocks: header, records, first guard, remainder
     */
    public int indexOf(long offset) {
        long inside = offset - blockAt(0);
        if (inside < 0 || inside / stride >= count) {
            return -1;
        }
        return (int) (inside / stride);
    }

    /** Bytes behind the last block's guard. */
    public long remainder() {
        return slabs * SLAB_BYTES - FIXED_BYTES - count * (RecordLayout.LENGTH + stride);
    }

    /** What one run costs beside its records and blocks: header, guards, rounding and remainder. */
    public long overhead() {
        return slabs * SLAB_BYTES - count * (RecordLayout.LENGTH + blockBytes);
    }

    /** The payload's first byte within a block that starts at an absolute offset. */
    public static long align(long offset, int alignment) {
        return (offset + alignment - 1) & -(long) alignment;
    }
}
