package io.shm.layout;

import java.util.List;

/**
 * Byte layout of the running totals of a site, a tag or a participant: hints for speed and for peaks, never what
 * the accounts add up. Bytes are requested bytes; times are milliseconds since the region was created, plus one
 * (0: never). Embedded at {@code TOTALS} of its owner's entry.
 *
 * <pre>
 * offset  size  field            access   recovery
 *      0     8  ALLOCATIONS      cas      rebuilt
 *      8     8  FREES            cas      rebuilt
 *     16     8  BYTES_ALLOCATED  cas      rebuilt
 *     24     8  BYTES_FREED      cas      rebuilt
 *     32     8  PEAK_BLOCKS      cas      ignored
 *     40     8  PEAK_BYTES       cas      ignored
 *     48     8  FIRST_AT         cas      ignored
 *     56     8  LAST_AT          cas      ignored
 *     64        end
 * </pre>
 */
public final class TotalsLayout {
    public static final int ALLOCATIONS_OFFSET = 0;
    public static final int FREES_OFFSET = ALLOCATIONS_OFFSET + 8;
    public static final int BYTES_ALLOCATED_OFFSET = FREES_OFFSET + 8;
    public static final int BYTES_FREED_OFFSET = BYTES_ALLOCATED_OFFSET + 8;
    public static final int PEAK_BLOCKS_OFFSET = BYTES_FREED_OFFSET + 8;
    public static final int PEAK_BYTES_OFFSET = PEAK_BLOCKS_OFFSET + 8;
    public static final int FIRST_AT_OFFSET = PEAK_BYTES_OFFSET + 8;
    public static final int LAST_AT_OFFSET = FIRST_AT_OFFSET + 8;

    public static final int LENGTH = LAST_AT_OFFSET + 8;

    public static final List<Field> FIELDS = List.of(
            new Field("ALLOCATIONS", ALLOCATIONS_OFFSET, 8),
            new Field("FREES", FREES_OFFSET, 8),
            new Field("BYTES_ALLOCATED", BYTES_ALLOCATED_OFFSET, 8),
            new Field("BYTES_FREED", BYTES_FREED_OFFSET, 8),
            new Field("PEAK_BLOCKS", PEAK_BLOCKS_OFFSET, 8),
            new Field("PEAK_BYTES", PEAK_BYTES_OFFSET, 8),
            new Field("FIRST_AT", FIRST_AT_OFFSET, 8),
            new Field("LAST_AT", LAST_AT_OFFSET, 8));

    private TotalsLayout() {}
}
