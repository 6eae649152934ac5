package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a root cell: a named place for one handle.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  TEXT      cas      trusted
 *      8     8  CELL      cas      BlockStates
 *     16    48  RESERVED  -        ignored
 *     64        end
 * </pre>
 */
public final class RootLayout {
    public static final int TEXT_OFFSET = 0;
    public static final int CELL_OFFSET = TEXT_OFFSET + 8;
    private static final int RESERVED_OFFSET = CELL_OFFSET + 8;

    public static final int LENGTH = RESERVED_OFFSET + 48;

    public static final List<Field> FIELDS = List.of(
            new Field("TEXT", TEXT_OFFSET, 8),
            new Field("CELL", CELL_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 48));

    private RootLayout() {}
}
