package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of the process history: who a participant was, by an id that outlives its slot.
 *
 * <p>{@code ID} is 0 while the entry is rewritten, and published last. Times are milliseconds of the epoch.
 *
 * <pre>
 * offset  size  field          access   recovery
 *      0     8  ID             release  ignored
 *      8     4  PID            plain    ignored
 *     12     4  UID            plain    ignored
 *     16     8  START_TICKS    plain    ignored
 *     24     8  PID_NAMESPACE  plain    ignored
 *     32     8  JOINED_AT      plain    ignored
 *     40     8  LEFT_AT        plain    ignored
 *     48     8  SLOT           plain    ignored
 *     56     8  NAME_LENGTH    plain    ignored
 *     64    64  NAME           plain    ignored
 *    128        end
 * </pre>
 */
public final class ProcessLayout {
    public static final int ID_OFFSET = 0;
    public static final int PID_OFFSET = ID_OFFSET + 8;
    public static final int UID_OFFSET = PID_OFFSET + 4;
    public static final int START_TICKS_OFFSET = UID_OFFSET + 4;
    public static final int PID_NAMESPACE_OFFSET = START_TICKS_OFFSET + 8;
    public static final int JOINED_AT_OFFSET = PID_NAMESPACE_OFFSET + 8;
    public static final int LEFT_AT_OFFSET = JOINED_AT_OFFSET + 8;
    public static final int SLOT_OFFSET = LEFT_AT_OFFSET + 8;
    public static final int NAME_LENGTH_OFFSET = SLOT_OFFSET + 8;
    public static final int NAME_OFFSET = NAME_LENGTH_OFFSET + 8;

    public static final int LENGTH = NAME_OFFSET + 64;

    public static final List<Field> FIELDS = List.of(
            new Field("ID", ID_OFFSET, 8),
            new Field("PID", PID_OFFSET, 4),
            new Field("UID", UID_OFFSET, 4),
            new Field("START_TICKS", START_TICKS_OFFSET, 8),
            new Field("PID_NAMESPACE", PID_NAMESPACE_OFFSET, 8),
            new Field("JOINED_AT", JOINED_AT_OFFSET, 8),
            new Field("LEFT_AT", LEFT_AT_OFFSET, 8),
            new Field("SLOT", SLOT_OFFSET, 8),
            new Field("NAME_LENGTH", NAME_LENGTH_OFFSET, 8),
            new Field("NAME", NAME_OFFSET, 64));

    private ProcessLayout() {}
}
