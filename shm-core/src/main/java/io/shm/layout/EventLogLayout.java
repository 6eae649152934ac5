package io.shm.layout;

import java.util.List;

/**
 * Byte layout of the head of an event log: a block of the region that a root holds. Behind it lie {@code RINGS} heads of
 * rings, {@link EventRingLayout}, and behind these, ring by ring, {@code RINGS} times {@code ENTRIES} entries, {@link
 * EventLayout}.
 *
 * <pre>
 * offset  size  field       access   recovery
 *      0     8  MAGIC       plain    trusted
 *      8     4  RINGS       plain    trusted
 *     12     4  ENTRIES     plain    trusted
 *     16     8  ON          release  ignored
 *     24     8  STARTED_AT  release  ignored
 *     32    32  RESERVED    -        ignored
 *     64        end
 * </pre>
 */
public final class EventLogLayout {
    /** {@code SHMEVNT} and a NUL, as text. */
    public static final long MAGIC = 0x0054_4e56_454d_4853L;

    public static final int MAX_RINGS = 64;
    /** Of a ring; a power of two. */
    public static final int MAX_ENTRIES = 1 << 24;

    public static final int MAGIC_OFFSET = 0;
    public static final int RINGS_OFFSET = MAGIC_OFFSET + 8;
    public static final int ENTRIES_OFFSET = RINGS_OFFSET + 4;
    public static final int ON_OFFSET = ENTRIES_OFFSET + 4;
    public static final int STARTED_AT_OFFSET = ON_OFFSET + 8;
    private static final int RESERVED_OFFSET = STARTED_AT_OFFSET + 8;

    public static final int LENGTH = RESERVED_OFFSET + 32;

    public static final List<Field> FIELDS = List.of(
            new Field("MAGIC", MAGIC_OFFSET, 8),
            new Field("RINGS", RINGS_OFFSET, 4),
            new Field("ENTRIES", ENTRIES_OFFSET, 4),
            new Field("ON", ON_OFFSET, 8),
            new Field("STARTED_AT", STARTED_AT_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 32));

    private EventLogLayout() {}

    /** Bytes of a whole log. */
    public static long bytes(int rings, int entries) {
        return LENGTH + (long) rings * EventRingLayout.LENGTH + (long) rings * entries * EventLayout.LENGTH;
    }
}
