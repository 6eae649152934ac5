package io.shm.layout;

import java.util.List;

/**
 * Byte layout of the head of a ring of an event log.
 *
 * <pre>
 * offset  size  field         access   recovery
 *      0     8  NEXT          cas      trusted
 *      8   120  LINE_PADDING  -        ignored
 *    128        end
 * </pre>
 */
public final class EventRingLayout {
    public static final int NEXT_OFFSET = 0;
    private static final int LINE_PADDING_OFFSET = NEXT_OFFSET + 8;

    public static final int LENGTH = LINE_PADDING_OFFSET + 120;

    public static final List<Field> FIELDS =
            List.of(new Field("NEXT", NEXT_OFFSET, 8), new Field("LINE_PADDING", LINE_PADDING_OFFSET, 120));

    private EventRingLayout() {}
}
