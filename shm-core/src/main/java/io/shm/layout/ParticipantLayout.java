package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a participant's slot: an attached process. A process that attaches twice has two.
 *
 * <p>Everything but {@code WORD} is written while the joiner holds the slot's liveness lock and before the word says
 * ACTIVE; {@code HEARTBEAT}, {@code TOTALS} and the charges also after.
 *
 * <pre>
 * offset  size  field          access   recovery
 *      0     8  WORD           cas      ParticipantStates
 *      8     8  PROCESS        plain    trusted
 *     16     4  PID            plain    trusted
 *     20     4  UID            plain    trusted
 *     24     8  START_TICKS    plain    trusted
 *     32     8  PID_NAMESPACE  plain    trusted
 *     40     8  JOINED_AT      plain    ignored
 *     48     8  HEARTBEAT      release  ignored
 *     56     8  NAME_LENGTH    plain    trusted
 *     64    64  NAME           plain    ignored
 *    128    64  TOTALS         cas      rebuilt
 *    192     8  CHARGES_BEGUN  cas      ignored
 *    200     8  CHARGES_ENDED  cas      ignored
 *    208    48  RESERVED       -        ignored
 *    256        end
 * </pre>
 */
public final class ParticipantLayout {
    public static final int WORD_OFFSET = 0;
    public static final int PROCESS_OFFSET = WORD_OFFSET + 8;
    public static final int PID_OFFSET = PROCESS_OFFSET + 8;
    public static final int UID_OFFSET = PID_OFFSET + 4;
    public static final int START_TICKS_OFFSET = UID_OFFSET + 4;
    public static final int PID_NAMESPACE_OFFSET = START_TICKS_OFFSET + 8;
    public static final int JOINED_AT_OFFSET = PID_NAMESPACE_OFFSET + 8;
    public static final int HEARTBEAT_OFFSET = JOINED_AT_OFFSET + 8;
    public static final int NAME_LENGTH_OFFSET = HEARTBEAT_OFFSET + 8;
    public static final int NAME_OFFSET = NAME_LENGTH_OFFSET + 8;
    public static final int TOTALS_OFFSET = NAME_OFFSET + 64;
    public static final int CHARGES_BEGUN_OFFSET = TOTALS_OFFSET + 64;
    public static final int CHARGES_ENDED_OFFSET = CHARGES_BEGUN_OFFSET + 8;
    private static final int RESERVED_OFFSET = CHARGES_ENDED_OFFSET + 8;

    public static final int LENGTH = RESERVED_OFFSET + 48;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("PROCESS", PROCESS_OFFSET, 8),
            new Field("PID", PID_OFFSET, 4),
            new Field("UID", UID_OFFSET, 4),
            new Field("START_TICKS", START_TICKS_OFFSET, 8),
            new Field("PID_NAMESPACE", PID_NAMESPACE_OFFSET, 8),
            new Field("JOINED_AT", JOINED_AT_OFFSET, 8),
            new Field("HEARTBEAT", HEARTBEAT_OFFSET, 8),
            new Field("NAME_LENGTH", NAME_LENGTH_OFFSET, 8),
            new Field("NAME", NAME_OFFSET, 64),
            new Field("TOTALS", TOTALS_OFFSET, 64),
            new Field("CHARGES_BEGUN", CHARGES_BEGUN_OFFSET, 8),
            new Field("CHARGES_ENDED", CHARGES_ENDED_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 48));

    private ParticipantLayout() {}
}
