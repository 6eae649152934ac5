package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of the slab table.
 *
 * <p>{@code RUN} and {@code HEAD} are written by whoever holds the slab in CLAIM, before the commit.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  WORD      cas      SlabStates
 *      8     8  HINT      cas      rebuilt
 *     16     4  RUN       plain    trusted
 *     20     4  HEAD      plain    trusted
 *     24    40  RESERVED  -        ignored
 *     64        end
 * </pre>
 */
public final class SlabLayout {
    public static final int WORD_OFFSET = 0;
    public static final int HINT_OFFSET = WORD_OFFSET + 8;
    public static final int RUN_OFFSET = HINT_OFFSET + 8;
    public static final int HEAD_OFFSET = RUN_OFFSET + 4;
    private static final int RESERVED_OFFSET = HEAD_OFFSET + 4;

    public static final int LENGTH = RESERVED_OFFSET + 40;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("HINT", HINT_OFFSET, 8),
            new Field("RUN", RUN_OFFSET, 4),
            new Field("HEAD", HEAD_OFFSET, 4),
            new Field("RESERVED", RESERVED_OFFSET, 40));

    private SlabLayout() {}
}
