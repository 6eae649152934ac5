package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of the fault log: a distinct proven wrong. Whoever has drawn the entry's number writes the body,
 * then {@code WORD} publishes it.
 *
 * <pre>
 * offset  size  field             access   recovery
 *      0     8  WORD              cas      trusted
 *      8     8  COUNT             cas      ignored
 *     16     8  FIRST_AT          plain    trusted
 *     24     8  LAST_AT           plain    ignored
 *     32     8  OFFSET            plain    trusted
 *     40     8  SIZE              plain    trusted
 *     48     8  HANDLE            plain    trusted
 *     56     8  GENERATION        plain    trusted
 *     64    24  ALLOCATED         plain    trusted
 *     88    24  OTHER             plain    trusted
 *    112    24  BY                cas      trusted
 *    136     8  SECOND_OFFSET     plain    trusted
 *    144     8  SECOND_SIZE       plain    trusted
 *    152    24  SECOND_ALLOCATED  plain    trusted
 *    176     8  CELL              plain    trusted
 *    184     8  BLOCKS            cas      ignored
 *    192     8  BYTES             cas      ignored
 *    200     8  EXPECTED          plain    trusted
 *    208     8  OBSERVED          plain    trusted
 *    216     8  GROUP             plain    trusted
 *    224     8  FOUND_AT          plain    trusted
 *    232     8  FOUND_LENGTH      plain    trusted
 *    240    16  FOUND             plain    trusted
 *    256        end
 * </pre>
 */
public final class FaultLayout {
    public static final int WORD_OFFSET = 0;
    public static final int COUNT_OFFSET = WORD_OFFSET + 8;
    public static final int FIRST_AT_OFFSET = COUNT_OFFSET + 8;
    public static final int LAST_AT_OFFSET = FIRST_AT_OFFSET + 8;
    public static final int OFFSET_OFFSET = LAST_AT_OFFSET + 8;
    public static final int SIZE_OFFSET = OFFSET_OFFSET + 8;
    public static final int HANDLE_OFFSET = SIZE_OFFSET + 8;
    public static final int GENERATION_OFFSET = HANDLE_OFFSET + 8;
    public static final int ALLOCATED_OFFSET = GENERATION_OFFSET + 8;
    public static final int OTHER_OFFSET = ALLOCATED_OFFSET + 24;
    public static final int BY_OFFSET = OTHER_OFFSET + 24;
    public static final int SECOND_OFFSET_OFFSET = BY_OFFSET + 24;
    public static final int SECOND_SIZE_OFFSET = SECOND_OFFSET_OFFSET + 8;
    public static final int SECOND_ALLOCATED_OFFSET = SECOND_SIZE_OFFSET + 8;
    public static final int CELL_OFFSET = SECOND_ALLOCATED_OFFSET + 24;
    public static final int BLOCKS_OFFSET = CELL_OFFSET + 8;
    public static final int BYTES_OFFSET = BLOCKS_OFFSET + 8;
    public static final int EXPECTED_OFFSET = BYTES_OFFSET + 8;
    public static final int OBSERVED_OFFSET = EXPECTED_OFFSET + 8;
    public static final int GROUP_OFFSET = OBSERVED_OFFSET + 8;
    public static final int FOUND_AT_OFFSET = GROUP_OFFSET + 8;
    public static final int FOUND_LENGTH_OFFSET = FOUND_AT_OFFSET + 8;
    public static final int FOUND_OFFSET = FOUND_LENGTH_OFFSET + 8;

    public static final int LENGTH = FOUND_OFFSET + 16;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("COUNT", COUNT_OFFSET, 8),
            new Field("FIRST_AT", FIRST_AT_OFFSET, 8),
            new Field("LAST_AT", LAST_AT_OFFSET, 8),
            new Field("OFFSET", OFFSET_OFFSET, 8),
            new Field("SIZE", SIZE_OFFSET, 8),
            new Field("HANDLE", HANDLE_OFFSET, 8),
            new Field("GENERATION", GENERATION_OFFSET, 8),
            new Field("ALLOCATED", ALLOCATED_OFFSET, 24),
            new Field("OTHER", OTHER_OFFSET, 24),
            new Field("BY", BY_OFFSET, 24),
            new Field("SECOND_OFFSET", SECOND_OFFSET_OFFSET, 8),
            new Field("SECOND_SIZE", SECOND_SIZE_OFFSET, 8),
            new Field("SECOND_ALLOCATED", SECOND_ALLOCATED_OFFSET, 24),
            new Field("CELL", CELL_OFFSET, 8),
            new Field("BLOCKS", BLOCKS_OFFSET, 8),
            new Field("BYTES", BYTES_OFFSET, 8),
            new Field("EXPECTED", EXPECTED_OFFSET, 8),
            new Field("OBSERVED", OBSERVED_OFFSET, 8),
            new Field("GROUP", GROUP_OFFSET, 8),
            new Field("FOUND_AT", FOUND_AT_OFFSET, 8),
            new Field("FOUND_LENGTH", FOUND_LENGTH_OFFSET, 8),
            new Field("FOUND", FOUND_OFFSET, 16));

    /** How many of the bytes found are kept. */
    public static final int FOUND_BYTES = 16;

    private FaultLayout() {}
}
