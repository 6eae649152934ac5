package io.shm.layout;

import java.util.List;

/**
 * Byte layout of the figures of one subscription to a broadcast. {@code MISSED} has the number of the use in its high 24 bits.
 *
 * <pre>
 * offset  size  field    access   recovery
 *      0     8  CURSOR   release  ignored
 *      8     8  MISSED   cas      ignored
 *     16   112  PADDING  -        ignored
 *    128        end
 * </pre>
 */
public final class SubscriptionLayout {
    public static final int CURSOR_OFFSET = 0;
    public static final int MISSED_OFFSET = CURSOR_OFFSET + 8;
    private static final int PADDING_OFFSET = MISSED_OFFSET + 8;

    public static final int LENGTH = PADDING_OFFSET + 112;

    public static final List<Field> FIELDS = List.of(
            new Field("CURSOR", CURSOR_OFFSET, 8),
            new Field("MISSED", MISSED_OFFSET, 8),
            new Field("PADDING", PADDING_OFFSET, 112));

    private SubscriptionLayout() {}
}
