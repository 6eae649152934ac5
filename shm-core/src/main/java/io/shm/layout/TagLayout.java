package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a tag. The entry's index is the tag's id; 0 is the general tag, which has no name.
 *
 * <p>{@code BUDGET} is the most live bytes the tag may have, 0 for no bound; {@code USED} counts what is charged
 * against it and is kept only for tags with a budget.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  TEXT      cas      trusted
 *      8     8  BUDGET    release  trusted
 *     16     8  USED      cas      rebuilt
 *     24     8  REFUSED   cas      ignored
 *     32    32  RESERVED  -        ignored
 *     64    64  TOTALS    cas      rebuilt
 *    128        end
 * </pre>
 */
public final class TagLayout {
    public static final int TEXT_OFFSET = 0;
    public static final int BUDGET_OFFSET = TEXT_OFFSET + 8;
    public static final int USED_OFFSET = BUDGET_OFFSET + 8;
    public static final int REFUSED_OFFSET = USED_OFFSET + 8;
    private static final int RESERVED_OFFSET = REFUSED_OFFSET + 8;
    public static final int TOTALS_OFFSET = RESERVED_OFFSET + 32;

    public static final int LENGTH = TOTALS_OFFSET + 64;

    public static final List<Field> FIELDS = List.of(
            new Field("TEXT", TEXT_OFFSET, 8),
            new Field("BUDGET", BUDGET_OFFSET, 8),
            new Field("USED", USED_OFFSET, 8),
            new Field("REFUSED", REFUSED_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 32),
            new Field("TOTALS", TOTALS_OFFSET, 64));

    private TagLayout() {}
}
