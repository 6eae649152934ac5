package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a slot of a channel: a cell, and room for a small message.
 *
 * <pre>
 * offset  size  field    access   recovery
 *      0     8  CELL     cas      QueueStates
 *      8     4  SIZE     plain    trusted
 *     12     4  PADDING  -        ignored
 *     16   112  PAYLOAD  plain    trusted
 *    128        end
 * </pre>
 */
public final class ChannelSlotLayout {
    public static final int CELL_OFFSET = 0;
    public static final int SIZE_OFFSET = CELL_OFFSET + 8;
    private static final int PADDING_OFFSET = SIZE_OFFSET + 4;
    public static final int PAYLOAD_OFFSET = PADDING_OFFSET + 4;

    public static final int PAYLOAD_BYTES = 112;

    public static final int LENGTH = PAYLOAD_OFFSET + PAYLOAD_BYTES;

    public static final List<Field> FIELDS = List.of(
            new Field("CELL", CELL_OFFSET, 8),
            new Field("SIZE", SIZE_OFFSET, 4),
            new Field("PADDING", PADDING_OFFSET, 4),
            new Field("PAYLOAD", PAYLOAD_OFFSET, PAYLOAD_BYTES));

    private ChannelSlotLayout() {}
}
