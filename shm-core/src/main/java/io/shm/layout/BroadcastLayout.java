package io.shm.layout;

import java.util.List;

/**
 * Byte layout of what a broadcast's block begins with. Behind it a {@link SubscriptionLayout} for each subscription, then the
 * slots, each as {@link BroadcastSlotLayout} says.
 *
 * <pre>
 * offset  size  field           access   recovery
 *      0     8  MAGIC           plain    trusted
 *      8     8  CAPACITY        plain    trusted
 *     16     8  POLICY          plain    trusted
 *     24   104  PADDING_0       -        ignored
 *    128     8  TAIL            release  rebuilt
 *    136   120  PADDING_1       -        ignored
 *    256     8  RECEIVER_WAITS  release  ignored
 *    264   120  PADDING_2       -        ignored
 *    384     8  SENDER_WAITS    release  ignored
 *    392   120  PADDING_3       -        ignored
 *    512   160  SUBSCRIPTIONS   cas      SubscriptionStates
 *    672    96  PADDING_4       -        ignored
 *    768        end
 * </pre>
 */
public final class BroadcastLayout {
    /** {@code SHMCAST} and a NUL, as text. */
    public static final long MAGIC = 0x0054_5341_434d_4853L;

    public static final int MAGIC_OFFSET = 0;
    public static final int CAPACITY_OFFSET = MAGIC_OFFSET + 8;
    public static final int POLICY_OFFSET = CAPACITY_OFFSET + 8;
    private static final int PADDING_0_OFFSET = POLICY_OFFSET + 8;
    public static final int TAIL_OFFSET = PADDING_0_OFFSET + 104;
    private static final int PADDING_1_OFFSET = TAIL_OFFSET + 8;
    public static final int RECEIVER_WAITS_OFFSET = PADDING_1_OFFSET + 120;
    private static final int PADDING_2_OFFSET = RECEIVER_WAITS_OFFSET + 8;
    public static final int SENDER_WAITS_OFFSET = PADDING_2_OFFSET + 120;
    private static final int PADDING_3_OFFSET = SENDER_WAITS_OFFSET + 8;
    public static final int SUBSCRIPTIONS_OFFSET = PADDING_3_OFFSET + 120;
    private static final int PADDING_4_OFFSET = SUBSCRIPTIONS_OFFSET + 8 * BroadcastWord.SUBSCRIPTIONS;

    public static final int LENGTH = PADDING_4_OFFSET + 96;

    /** Where the slots begin. */
    public static final int SLOTS_OFFSET = LENGTH + BroadcastWord.SUBSCRIPTIONS * SubscriptionLayout.LENGTH;

    public static final int MIN_CAPACITY = 2;
    public static final int MAX_CAPACITY = 1 << 20;

    public static final List<Field> FIELDS = List.of(
            new Field("MAGIC", MAGIC_OFFSET, 8),
            new Field("CAPACITY", CAPACITY_OFFSET, 8),
            new Field("POLICY", POLICY_OFFSET, 8),
            new Field("PADDING_0", PADDING_0_OFFSET, 104),
            new Field("TAIL", TAIL_OFFSET, 8),
            new Field("PADDING_1", PADDING_1_OFFSET, 120),
            new Field("RECEIVER_WAITS", RECEIVER_WAITS_OFFSET, 8),
            new Field("PADDING_2", PADDING_2_OFFSET, 120),
            new Field("SENDER_WAITS", SENDER_WAITS_OFFSET, 8),
            new Field("PADDING_3", PADDING_3_OFFSET, 120),
            new Field("SUBSCRIPTIONS", SUBSCRIPTIONS_OFFSET, 8 * BroadcastWord.SUBSCRIPTIONS),
            new Field("PADDING_4", PADDING_4_OFFSET, 96));

    private BroadcastLayout() {}

    /** Whether a broadcast can have so many slots. */
    public static boolean isCapacity(long capacity) {
        return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Long.bitCount(capacity) == 1;
    }

    /** Bytes of a broadcast's block. */
    public static long bytesFor(int capacity) {
        return SLOTS_OFFSET + (long) capacity * BroadcastSlotLayout.LENGTH;
    }

    /** Absolute offset of a slot of the broadcast at an offset. */
    public static long slotAt(long broadcastAt, int index) {
        return broadcastAt + SLOTS_OFFSET + (long) index * BroadcastSlotLayout.LENGTH;
    }

    /** Absolute offset of a subscription's word. */
    public static long subscriptionAt(long broadcastAt, int index) {
        return broadcastAt + SUBSCRIPTIONS_OFFSET + 8L * index;
    }

    /** Absolute offset of the figures of a subscription. */
    public static long figuresAt(long broadcastAt, int index) {
        return broadcastAt + LENGTH + (long) index * SubscriptionLayout.LENGTH;
    }
}
