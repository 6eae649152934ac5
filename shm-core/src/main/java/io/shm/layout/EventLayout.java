package io.shm.layout;

import java.util.List;

/**
 * Byte layout of an entry of an event log: what was done to a block, by whom and when.
 *
 * <pre>
 * offset  size  field     access   recovery
 *      0     8  SEQUENCE  release  ignored
 *      8     8  WHAT      plain    trusted
 *     16     8  WHEN      plain    trusted
 *     24     8  BY        plain    trusted
 *     32     8  OFFSET    plain    trusted
 *     40     8  HANDLE    plain    trusted
 *     48     8  SIZE      plain    trusted
 *     56     8  DETAIL    plain    trusted
 *     64        end
 * </pre>
 *
 * {@code WHAT} is {@code kind (8) | site (24) | tag (12)} from the lowest bit on, {@code WHEN} is {@code time (40) | checksum
 * (24)} from the highest, {@code BY} as in a record.
 */
public final class EventLayout {
    public static final int SEQUENCE_OFFSET = 0;
    public static final int WHAT_OFFSET = SEQUENCE_OFFSET + 8;
    public static final int WHEN_OFFSET = WHAT_OFFSET + 8;
    public static final int BY_OFFSET = WHEN_OFFSET + 8;
    public static final int OFFSET_OFFSET = BY_OFFSET + 8;
    public static final int HANDLE_OFFSET = OFFSET_OFFSET + 8;
    public static final int SIZE_OFFSET = HANDLE_OFFSET + 8;
    public static final int DETAIL_OFFSET = SIZE_OFFSET + 8;

    public static final int LENGTH = DETAIL_OFFSET + 8;

    public static final List<Field> FIELDS = List.of(
            new Field("SEQUENCE", SEQUENCE_OFFSET, 8),
            new Field("WHAT", WHAT_OFFSET, 8),
            new Field("WHEN", WHEN_OFFSET, 8),
            new Field("BY", BY_OFFSET, 8),
            new Field("OFFSET", OFFSET_OFFSET, 8),
            new Field("HANDLE", HANDLE_OFFSET, 8),
            new Field("SIZE", SIZE_OFFSET, 8),
            new Field("DETAIL", DETAIL_OFFSET, 8));

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private EventLayout() {}

    public static long what(int kind, int site, int tag) {
        return (kind & 0xffL) | ((site & 0xff_ffffL) << 8) | ((tag & 0xfffL) << 32);
    }

    public static int kindOf(long what) {
        return (int) (what & 0xff);
    }

    public static int siteOf(long what) {
        return (int) (what >>> 8) & 0xff_ffff;
    }

    public static int tagOf(long what) {
        return (int) (what >>> 32) & 0xfff;
    }

    public static long when(long time, long checksum) {
        return (time << 24) | checksum;
    }

    public static long timeOf(long when) {
        return when >>> 24;
    }

    public static long checksumOf(long when) {
        return when & 0xff_ffffL;
    }

    /** Of an entry's number and all its words but {@code WHEN}, and of its time: 24 bits. */
    public static long checksum(
            long sequence, long what, long time, long by, long offset, long handle, long size, long detail) {
        long sum = sequence;
        sum = mix(sum, what);
        sum = mix(sum, time);
        sum = mix(sum, by);
        sum = mix(sum, offset);
        sum = mix(sum, handle);
        sum = mix(sum, size);
        return mix(sum, detail) >>> 40;
    }

    private static long mix(long sum, long word) {
        return (Long.rotateLeft(sum, 23) ^ word) * FACTOR;
    }
}
