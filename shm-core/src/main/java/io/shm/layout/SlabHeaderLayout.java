package io.shm.layout;

import java.util.List;

/**
 * Byte layout of the first bytes of a slab (of the head slab, where several form one run).
 *
 * <p>The canary tells an overrun of the slab before from damage of this one's records.
 *
 * <pre>
 * offset  size  field         access   recovery
 *      0     8  CANARY        plain    rebuilt
 *      8     8  CLASS         plain    ignored
 *     16     8  FORMATTED_BY  plain    ignored
 *     24    40  RESERVED      -        ignored
 *     64        end
 * </pre>
 */
public final class SlabHeaderLayout {
    public static final int CANARY_OFFSET = 0;
    public static final int CLASS_OFFSET = CANARY_OFFSET + 8;
    public static final int FORMATTED_BY_OFFSET = CLASS_OFFSET + 8;
    private static final int RESERVED_OFFSET = FORMATTED_BY_OFFSET + 8;

    public static final int LENGTH = RESERVED_OFFSET + 40;

    public static final List<Field> FIELDS = List.of(
            new Field("CANARY", CANARY_OFFSET, 8),
            new Field("CLASS", CLASS_OFFSET, 8),
            new Field("FORMATTED_BY", FORMATTED_BY_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 40));

    private static final long CANARY = 0x4c45_4447_4552_0000L;

    private SlabHeaderLayout() {}

    /** What a formatted slab, or a run's first, begins with. */
    public static long canary(int slab) {
        return CANARY ^ slab;
    }
}
