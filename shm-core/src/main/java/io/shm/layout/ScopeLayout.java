package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of the scope table: a name under which blocks are counted together. Entry 0 is not used.
 *
 * <p>The body is written by who has claimed the entry, before it is open.
 *
 * <pre>
 * offset  size  field        access   recovery
 *      0     8  WORD         cas      ScopeStates
 *      8     8  OPENED_AT    plain    trusted
 *     16     8  CLOSED_AT    plain    ignored
 *     24     8  NAME_LENGTH  plain    trusted
 *     32    96  NAME         plain    trusted
 *    128        end
 * </pre>
 */
public final class ScopeLayout {
    public static final int WORD_OFFSET = 0;
    public static final int OPENED_AT_OFFSET = WORD_OFFSET + 8;
    public static final int CLOSED_AT_OFFSET = OPENED_AT_OFFSET + 8;
    public static final int NAME_LENGTH_OFFSET = CLOSED_AT_OFFSET + 8;
    public static final int NAME_OFFSET = NAME_LENGTH_OFFSET + 8;

    public static final int NAME_BYTES = 96;
    public static final int LENGTH = NAME_OFFSET + NAME_BYTES;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("OPENED_AT", OPENED_AT_OFFSET, 8),
            new Field("CLOSED_AT", CLOSED_AT_OFFSET, 8),
            new Field("NAME_LENGTH", NAME_LENGTH_OFFSET, 8),
            new Field("NAME", NAME_OFFSET, 96));

    private ScopeLayout() {}
}
