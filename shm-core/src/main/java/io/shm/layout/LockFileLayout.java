package io.shm.layout;

import java.util.List;

/**
 * Byte layout of what a lock file says about its segment. Little-endian. Times are milliseconds of the epoch, 0 for
 * never. Independent of the byte locks, which lie at the same offsets and beyond the end of the file, and are not bytes.
 *
 * <pre>
 * offset  size  field           access   recovery
 *      0     8  MAGIC           plain    trusted
 *      8     4  FORMAT          plain    trusted
 *     12     4  KIND            plain    trusted
 *     16     8  REQUESTED_SIZE  plain    trusted
 *     24     4  KEY             plain    trusted
 *     28     4  ID              plain    trusted
 *     32     4  CREATOR_PID     plain    ignored
 *     36     4  LAST_PID        plain    ignored
 *     40     8  CREATED_AT      plain    ignored
 *     48     8  ATTACHED_AT     plain    ignored
 *     56     8  DETACHED_AT     plain    ignored
 *     64     8  REMOVED_AT      plain    ignored
 *     72     8  MAXIMUM_SIZE    plain    trusted
 *     80        end
 * </pre>
 */
public final class LockFileLayout {
    public static final int MAGIC_OFFSET = 0;
    public static final int FORMAT_OFFSET = MAGIC_OFFSET + 8;
    public static final int KIND_OFFSET = FORMAT_OFFSET + 4;
    public static final int REQUESTED_SIZE_OFFSET = KIND_OFFSET + 4;
    public static final int KEY_OFFSET = REQUESTED_SIZE_OFFSET + 8;
    public static final int ID_OFFSET = KEY_OFFSET + 4;
    public static final int CREATOR_PID_OFFSET = ID_OFFSET + 4;
    public static final int LAST_PID_OFFSET = CREATOR_PID_OFFSET + 4;
    public static final int CREATED_AT_OFFSET = LAST_PID_OFFSET + 4;
    public static final int ATTACHED_AT_OFFSET = CREATED_AT_OFFSET + 8;
    public static final int DETACHED_AT_OFFSET = ATTACHED_AT_OFFSET + 8;
    public static final int REMOVED_AT_OFFSET = DETACHED_AT_OFFSET + 8;

    public static final int MAXIMUM_SIZE_OFFSET = REMOVED_AT_OFFSET + 8;

    public static final int LENGTH = MAXIMUM_SIZE_OFFSET + 8;

    public static final List<Field> FIELDS = List.of(
            new Field("MAGIC", MAGIC_OFFSET, 8),
            new Field("FORMAT", FORMAT_OFFSET, 4),
            new Field("KIND", KIND_OFFSET, 4),
            new Field("REQUESTED_SIZE", REQUESTED_SIZE_OFFSET, 8),
            new Field("KEY", KEY_OFFSET, 4),
            new Field("ID", ID_OFFSET, 4),
            new Field("CREATOR_PID", CREATOR_PID_OFFSET, 4),
            new Field("LAST_PID", LAST_PID_OFFSET, 4),
            new Field("CREATED_AT", CREATED_AT_OFFSET, 8),
            new Field("ATTACHED_AT", ATTACHED_AT_OFFSET, 8),
            new Field("DETACHED_AT", DETACHED_AT_OFFSET, 8),
            new Field("REMOVED_AT", REMOVED_AT_OFFSET, 8),
            new Field("MAXIMUM_SIZE", MAXIMUM_SIZE_OFFSET, 8));

    /** {@code SHMLOCK} and a NUL. */
    public static final long MAGIC = 0x004b434f4c_4d4853L;

    public static final int FORMAT = 1;

    private LockFileLayout() {}
}
