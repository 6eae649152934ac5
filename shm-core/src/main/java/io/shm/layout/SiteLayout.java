package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an interned call site. The entry's index is the site's id; 0 is the unknown site.
 *
 * <p>{@code TEXT} (see {@link TextWord}) is 0 until one CAS publishes it, and never changes after.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  TEXT      cas      trusted
 *      8    56  RESERVED  -        ignored
 *     64    64  TOTALS    cas      rebuilt
 *    128        end
 * </pre>
 */
public final class SiteLayout {
    public static final int TEXT_OFFSET = 0;
    private static final int RESERVED_OFFSET = TEXT_OFFSET + 8;
    public static final int TOTALS_OFFSET = RESERVED_OFFSET + 56;

    public static final int LENGTH = TOTALS_OFFSET + 64;

    public static final List<Field> FIELDS = List.of(
            new Field("TEXT", TEXT_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 56),
            new Field("TOTALS", TOTALS_OFFSET, 64));

    private SiteLayout() {}
}
