package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of the fault log: a distinct proven wrong. The body is written first, then {@code WORD}
 * publishes it.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  WORD      cas      trusted
 *      8     8  COUNT     cas      ignored
 *     16     8  FIRST_AT  plain    trusted
 *     24     8  LAST_AT   plain    ignored
 *     32   224  BODY      plain    trusted
 *    256        end
 * </pre>
 */
public final class FaultLayout {
    public static final int WORD_OFFSET = 0;
    public static final int COUNT_OFFSET = WORD_OFFSET + 8;
    public static final int FIRST_AT_OFFSET = COUNT_OFFSET + 8;
    public static final int LAST_AT_OFFSET = FIRST_AT_OFFSET + 8;
    public static final int BODY_OFFSET = LAST_AT_OFFSET + 8;

    public static final int LENGTH = BODY_OFFSET + 224;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("COUNT", COUNT_OFFSET, 8),
            new Field("FIRST_AT", FIRST_AT_OFFSET, 8),
            new Field("LAST_AT", LAST_AT_OFFSET, 8),
            new Field("BODY", BODY_OFFSET, 224));

    private FaultLayout() {}
}
