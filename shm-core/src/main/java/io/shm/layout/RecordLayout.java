package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a block's record: one cache line, at the head of the block's slab.
 *
 * <p>{@code STATE} is the truth and the version of the rest: unique per ownership, so a reader that sees it
 * unchanged around its read of the body has a whole record. The body is written before the commit, by whoever owns
 * the record's slab or holds its reservation.
 *
 * <pre>
 * offset  size  field    access   recovery
 *      0     8  STATE    cas      BlockStates
 *      8     8  SIZE     cas      trusted
 *     16     8  ORIGIN   plain    trusted
 *     24     8  BORN     plain    trusted
 *     32     8  BY       plain    trusted
 *     40     8  CELL     plain    BlockStates
 *     48     8  CHANGED  plain    ignored
 *     56     8  SEAL     plain    trusted
 *     64        end
 * </pre>
 */
public final class RecordLayout {
    public static final int STATE_OFFSET = 0;
    public static final int SIZE_OFFSET = STATE_OFFSET + 8;
    public static final int ORIGIN_OFFSET = SIZE_OFFSET + 8;
    public static final int BORN_OFFSET = ORIGIN_OFFSET + 8;
    public static final int BY_OFFSET = BORN_OFFSET + 8;
    public static final int CELL_OFFSET = BY_OFFSET + 8;
    public static final int CHANGED_OFFSET = CELL_OFFSET + 8;
    public static final int SEAL_OFFSET = CHANGED_OFFSET + 8;

    public static final int LENGTH = SEAL_OFFSET + 8;

    public static final List<Field> FIELDS = List.of(
            new Field("STATE", STATE_OFFSET, 8),
            new Field("SIZE", SIZE_OFFSET, 8),
            new Field("ORIGIN", ORIGIN_OFFSET, 8),
            new Field("BORN", BORN_OFFSET, 8),
            new Field("BY", BY_OFFSET, 8),
            new Field("CELL", CELL_OFFSET, 8),
            new Field("CHANGED", CHANGED_OFFSET, 8),
            new Field("SEAL", SEAL_OFFSET, 8));

    private RecordLayout() {}

    /** The index of a record of a slab, from its absolute offset. */
    public static int indexOf(long slabAt, long recordAt) {
        return (int) ((recordAt - slabAt) / LENGTH) - 1;
    }

    /** Absolute offset of a record of a slab. */
    public static long recordAt(long slabAt, int index) {
        return slabAt + SlabHeaderLayout.LENGTH + (long) index * LENGTH;
    }
}
