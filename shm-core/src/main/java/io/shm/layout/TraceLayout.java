package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a trace: who did something to a block, where in the code, and when. Part of a {@link FaultLayout}.
 *
 * <pre>
 * offset  size  field  access   recovery
 *      0     8  WHO   plain    trusted
 *      8     8  WHEN  plain    trusted
 *     16     8  PID   plain    trusted
 *     24        end
 * </pre>
 */
public final class TraceLayout {
    public static final int WHO_OFFSET = 0;
    public static final int WHEN_OFFSET = WHO_OFFSET + 8;
    public static final int PID_OFFSET = WHEN_OFFSET + 8;

    public static final int LENGTH = PID_OFFSET + 8;

    public static final List<Field> FIELDS = List.of(
            new Field("WHO", WHO_OFFSET, 8), new Field("WHEN", WHEN_OFFSET, 8), new Field("PID", PID_OFFSET, 8));

    private TraceLayout() {}
}
