package io.shm.layout;

import java.util.List;

/**
 * Byte layout of what a table of requests begins with; its calls follow, each as {@link CallLayout} says.
 *
 * <pre>
 * offset  size  field         access   recovery
 *      0     8  MAGIC         plain    trusted
 *      8     8  CAPACITY      plain    trusted
 *     16     8  POLICY        plain    trusted
 *     24     8  DIED          cas      ignored
 *     32     8  GIVEN_UP      cas      ignored
 *     40    88  PADDING_0     -        ignored
 *    128     8  HEAD          release  ignored
 *    136   120  PADDING_1     -        ignored
 *    256     8  TAIL          release  ignored
 *    264   120  PADDING_2     -        ignored
 *    384     8  SERVER_WAITS  release  ignored
 *    392   120  PADDING_3     -        ignored
 *    512     8  ROOM_WAITS    release  ignored
 *    520   120  PADDING_4     -        ignored
 *    640   376  SERVERS       cas      RequestsBlock
 *   1016     8  PADDING_5     -        ignored
 *   1024        end
 * </pre>
 */
public final class RequestsLayout {
    /** {@code SHMCALL} and a NUL, as text. */
    public static final long MAGIC = 0x004c_4c41_434d_4853L;

    public static final int MAGIC_OFFSET = 0;
    public static final int CAPACITY_OFFSET = MAGIC_OFFSET + 8;
    public static final int POLICY_OFFSET = CAPACITY_OFFSET + 8;
    public static final int DIED_OFFSET = POLICY_OFFSET + 8;
    public static final int GIVEN_UP_OFFSET = DIED_OFFSET + 8;
    private static final int PADDING_0_OFFSET = GIVEN_UP_OFFSET + 8;
    public static final int HEAD_OFFSET = PADDING_0_OFFSET + 88;
    private static final int PADDING_1_OFFSET = HEAD_OFFSET + 8;
    public static final int TAIL_OFFSET = PADDING_1_OFFSET + 120;
    private static final int PADDING_2_OFFSET = TAIL_OFFSET + 8;
    public static final int SERVER_WAITS_OFFSET = PADDING_2_OFFSET + 120;
    private static final int PADDING_3_OFFSET = SERVER_WAITS_OFFSET + 8;
    public static final int ROOM_WAITS_OFFSET = PADDING_3_OFFSET + 120;
    private static final int PADDING_4_OFFSET = ROOM_WAITS_OFFSET + 8;
    public static final int SERVERS_OFFSET = PADDING_4_OFFSET + 120;
    private static final int PADDING_5_OFFSET = SERVERS_OFFSET + 8 * RegionMap.PARTICIPANTS;

    public static final int LENGTH = PADDING_5_OFFSET + 8;

    public static final int MIN_CAPACITY = 1;
    public static final int MAX_CAPACITY = 1 << 12;

    public static final List<Field> FIELDS = List.of(
            new Field("MAGIC", MAGIC_OFFSET, 8),
            new Field("CAPACITY", CAPACITY_OFFSET, 8),
            new Field("POLICY", POLICY_OFFSET, 8),
            new Field("DIED", DIED_OFFSET, 8),
            new Field("GIVEN_UP", GIVEN_UP_OFFSET, 8),
            new Field("PADDING_0", PADDING_0_OFFSET, 88),
            new Field("HEAD", HEAD_OFFSET, 8),
            new Field("PADDING_1", PADDING_1_OFFSET, 120),
            new Field("TAIL", TAIL_OFFSET, 8),
            new Field("PADDING_2", PADDING_2_OFFSET, 120),
            new Field("SERVER_WAITS", SERVER_WAITS_OFFSET, 8),
            new Field("PADDING_3", PADDING_3_OFFSET, 120),
            new Field("ROOM_WAITS", ROOM_WAITS_OFFSET, 8),
            new Field("PADDING_4", PADDING_4_OFFSET, 120),
            new Field("SERVERS", SERVERS_OFFSET, 8 * RegionMap.PARTICIPANTS),
            new Field("PADDING_5", PADDING_5_OFFSET, 8));

    private RequestsLayout() {}

    /** Whether a table can be for so many calls. */
    public static boolean isCapacity(long capacity) {
        return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Long.bitCount(capacity) == 1;
    }

    /** Bytes of a table's block. */
    public static long bytesFor(int capacity) {
        return LENGTH + (long) capacity * CallLayout.LENGTH;
    }

    /** Absolute offset of a call of the table at an offset. */
    public static long callAt(long tableAt, int index) {
        return tableAt + LENGTH + (long) index * CallLayout.LENGTH;
    }
}
