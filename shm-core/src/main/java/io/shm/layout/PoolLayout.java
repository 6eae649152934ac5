package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a pool: fixed when the region is made.
 *
 * <p>{@code TAG} is 0 for a pool of any tag. {@code WHEN_EMPTY}: 0 the next larger class serves, 1 the request is
 * refused. Its slabs are consecutive from {@code FIRST_SLAB}.
 *
 * <pre>
 * offset  size  field        access   recovery
 *      0     4  TAG          plain    trusted
 *      4     4  WHEN_EMPTY   plain    trusted
 *      8     8  BLOCK_SIZE   plain    trusted
 *     16     8  CAPACITY     plain    trusted
 *     24     4  FIRST_SLAB   plain    trusted
 *     28     4  SLABS        plain    trusted
 *     32     8  REFUSED      cas      ignored
 *     40     8  PEAK_BLOCKS  cas      ignored
 *     48     8  IN_USE       cas      rebuilt
 *     56     8  RESERVED     -        ignored
 *     64        end
 * </pre>
 */
public final class PoolLayout {
    public static final int TAG_OFFSET = 0;
    public static final int WHEN_EMPTY_OFFSET = TAG_OFFSET + 4;
    public static final int BLOCK_SIZE_OFFSET = WHEN_EMPTY_OFFSET + 4;
    public static final int CAPACITY_OFFSET = BLOCK_SIZE_OFFSET + 8;
    public static final int FIRST_SLAB_OFFSET = CAPACITY_OFFSET + 8;
    public static final int SLABS_OFFSET = FIRST_SLAB_OFFSET + 4;
    public static final int REFUSED_OFFSET = SLABS_OFFSET + 4;
    public static final int PEAK_BLOCKS_OFFSET = REFUSED_OFFSET + 8;
    public static final int IN_USE_OFFSET = PEAK_BLOCKS_OFFSET + 8;
    private static final int RESERVED_OFFSET = IN_USE_OFFSET + 8;

    public static final int LENGTH = RESERVED_OFFSET + 8;

    public static final List<Field> FIELDS = List.of(
            new Field("TAG", TAG_OFFSET, 4),
            new Field("WHEN_EMPTY", WHEN_EMPTY_OFFSET, 4),
            new Field("BLOCK_SIZE", BLOCK_SIZE_OFFSET, 8),
            new Field("CAPACITY", CAPACITY_OFFSET, 8),
            new Field("FIRST_SLAB", FIRST_SLAB_OFFSET, 4),
            new Field("SLABS", SLABS_OFFSET, 4),
            new Field("REFUSED", REFUSED_OFFSET, 8),
            new Field("PEAK_BLOCKS", PEAK_BLOCKS_OFFSET, 8),
            new Field("IN_USE", IN_USE_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 8));

    private PoolLayout() {}
}
