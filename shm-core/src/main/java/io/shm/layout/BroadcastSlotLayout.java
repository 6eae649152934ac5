package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a slot of a broadcast.
 *
 * <pre>
 * offset  size  field    access   recovery
 *      0     8  WORD     cas      BroadcastStates
 *      8     8  CELL     cas      BlockStates
 *     16     4  SIZE     plain    trusted
 *     20     4  PADDING  -        ignored
 *     24   104  PAYLOAD  plain    trusted
 *    128        end
 * </pre>
 */
public final class BroadcastSlotLayout {
    public static final int WORD_OFFSET = 0;
    public static final int CELL_OFFSET = WORD_OFFSET + 8;
    public static final int SIZE_OFFSET = CELL_OFFSET + 8;
    private static final int PADDING_OFFSET = SIZE_OFFSET + 4;
    public static final int PAYLOAD_OFFSET = PADDING_OFFSET + 4;

    public static final int PAYLOAD_BYTES = 104;

    public static final int LENGTH = PAYLOAD_OFFSET + PAYLOAD_BYTES;

    /** In place of a size: the message is the block in the cell. */
    public static final int IS_BLOCK = -1;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("CELL", CELL_OFFSET, 8),
            new Field("SIZE", SIZE_OFFSET, 4),
            new Field("PADDING", PADDING_OFFSET, 4),
            new Field("PAYLOAD", PAYLOAD_OFFSET, PAYLOAD_BYTES));

    private BroadcastSlotLayout() {}
}
