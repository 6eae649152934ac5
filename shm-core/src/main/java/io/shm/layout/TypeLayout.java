package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of the type table: which bytes of a kind of block are cells.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  TEXT      cas      trusted
 *      8    56  RESERVED  -        ignored
 *     64        end
 * </pre>
 */
public final class TypeLayout {
    public static final int TEXT_OFFSET = 0;
    private static final int RESERVED_OFFSET = TEXT_OFFSET + 8;

    public static final int LENGTH = RESERVED_OFFSET + 56;

    public static final List<Field> FIELDS =
            List.of(new Field("TEXT", TEXT_OFFSET, 8), new Field("RESERVED", RESERVED_OFFSET, 56));

    private TypeLayout() {}
}
