package io.shm.layout;

import java.util.List;

/**
 * Byte layout of what a channel's block begins with; its slots follow, each as {@link ChannelSlotLayout} says.
 *
 * <p>What different processes write lies 128 bytes apart: processors fetch lines in pairs.
 *
 * <pre>
 * offset  size  field           access   recovery
 *      0     8  MAGIC           plain    trusted
 *      8     8  CAPACITY        plain    trusted
 *     16     8  POLICY          plain    trusted
 *     24     8  ORPHANS         cas      Reclaim
 *     32     8  LOST            cas      ignored
 *     40     8  SENDER          cas      Reclaim
 *     48     8  RECEIVER        cas      Reclaim
 *     56    72  PADDING_0       -        ignored
 *    128     8  HEAD            release  rebuilt
 *    136   120  PADDING_1       -        ignored
 *    256     8  TAIL            release  rebuilt
 *    264   120  PADDING_2       -        ignored
 *    384     8  RECEIVER_WAITS  release  ignored
 *    392   120  PADDING_3       -        ignored
 *    512     8  SENDER_WAITS    release  ignored
 *    520   120  PADDING_4       -        ignored
 *    640        end
 * </pre>
 */
public final class ChannelLayout {
    /** {@code SHMCHAN} and a NUL, as text. */
    public static final long MAGIC = 0x004e_4148_434d_4853L;

    public static final int MAGIC_OFFSET = 0;
    public static final int CAPACITY_OFFSET = MAGIC_OFFSET + 8;
    public static final int POLICY_OFFSET = CAPACITY_OFFSET + 8;
    public static final int ORPHANS_OFFSET = POLICY_OFFSET + 8;
    public static final int LOST_OFFSET = ORPHANS_OFFSET + 8;
    public static final int SENDER_OFFSET = LOST_OFFSET + 8;
    public static final int RECEIVER_OFFSET = SENDER_OFFSET + 8;
    private static final int PADDING_0_OFFSET = RECEIVER_OFFSET + 8;
    public static final int HEAD_OFFSET = PADDING_0_OFFSET + 72;
    private static final int PADDING_1_OFFSET = HEAD_OFFSET + 8;
    public static final int TAIL_OFFSET = PADDING_1_OFFSET + 120;
    private static final int PADDING_2_OFFSET = TAIL_OFFSET + 8;
    public static final int RECEIVER_WAITS_OFFSET = PADDING_2_OFFSET + 120;
    private static final int PADDING_3_OFFSET = RECEIVER_WAITS_OFFSET + 8;
    public static final int SENDER_WAITS_OFFSET = PADDING_3_OFFSET + 120;
    private static final int PADDING_4_OFFSET = SENDER_WAITS_OFFSET + 8;

    public static final int LENGTH = PADDING_4_OFFSET + 120;

    public static final int MIN_CAPACITY = 2;
    public static final int MAX_CAPACITY = 1 << 20;

    public static final List<Field> FIELDS = List.of(
            new Field("MAGIC", MAGIC_OFFSET, 8),
            new Field("CAPACITY", CAPACITY_OFFSET, 8),
            new Field("POLICY", POLICY_OFFSET, 8),
            new Field("ORPHANS", ORPHANS_OFFSET, 8),
            new Field("LOST", LOST_OFFSET, 8),
            new Field("SENDER", SENDER_OFFSET, 8),
            new Field("RECEIVER", RECEIVER_OFFSET, 8),
            new Field("PADDING_0", PADDING_0_OFFSET, 72),
            new Field("HEAD", HEAD_OFFSET, 8),
            new Field("PADDING_1", PADDING_1_OFFSET, 120),
            new Field("TAIL", TAIL_OFFSET, 8),
            new Field("PADDING_2", PADDING_2_OFFSET, 120),
            new Field("RECEIVER_WAITS", RECEIVER_WAITS_OFFSET, 8),
            new Field("PADDING_3", PADDING_3_OFFSET, 120),
            new Field("SENDER_WAITS", SENDER_WAITS_OFFSET, 8),
            new Field("PADDING_4", PADDING_4_OFFSET, 120));

    private ChannelLayout() {}

    /** Whether a channel can have so many slots. */
    public static boolean isCapacity(long capacity) {
        return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Long.bitCount(capacity) == 1;
    }

    /** Bytes of a channel's block. */
    public static long bytesFor(int capacity) {
        return LENGTH + (long) capacity * ChannelSlotLayout.LENGTH;
    }

    /** Absolute offset of a slot of the channel at an offset. */
    public static long slotAt(long channelAt, int index) {
        return channelAt + LENGTH + (long) index * ChannelSlotLayout.LENGTH;
    }
}
