package io.shm.segment;

import java.util.Locale;

/**
 * What segment to make.
 *
 * @param name a name, or a path if it has a {@code /}; null for kinds without a name
 * @param size bytes; rounded up to whole pages when mapped
 * @param mode permission bits, whatever the umask; of a nameless segment too
 * @param key of a System V segment, {@link SystemV#IPC_PRIVATE} for a new one each time
 * @param populate make every page present at once, so that no later store waits for one
 * @param maximum bytes that it may grow to; one that has a larger size, or 0 here, stays as it is
 */
public record SegmentSpec(Kind kind, String name, long size, int mode, int key, boolean populate, long maximum) {
    public static final int DEFAULT_MODE = 0600;

    static final int PAGE_BYTES = 4096;
    /** 64 TB: half of what a process can address. */
    static final long MAX_SIZE = 1L << 46;

    /** @throws IllegalArgumentException for a size below 1 byte, a size or maximum above 64 TB, a mode beyond 0777 */
    public SegmentSpec {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a segment has from 1 to %,d bytes, not %,d", MAX_SIZE, size));
        }
        if (maximum < 0 || maximum > MAX_SIZE) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a segment has at most %,d bytes, not %,d", MAX_SIZE, maximum));
        }
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("mode 0" + Integer.toOctalString(mode) + " is not within 0777");
        }
    }

    /** A segment that is found by its name. */
    public static SegmentSpec named(String nameOrPath, long size) {
        SegmentPath path = References.pathOf(nameOrPath);
        if (References.isSystemV(path.name())) {
            throw new IllegalArgumentException("'" + path.name() + "' is what a System V segment is called");
        }
        return new SegmentSpec(Kind.NAMED, nameOrPath, size, DEFAULT_MODE, 0, false, 0);
    }

    /** Memory without a name, reached through this process. */
    public static SegmentSpec anonymous(long size) {
        return new SegmentSpec(Kind.ANONYMOUS, null, size, DEFAULT_MODE, 0, false, 0);
    }

    /** Memory without a name whose mapping needs no descriptor. */
    public static SegmentSpec zero(long size) {
        return new SegmentSpec(Kind.ZERO, null, size, DEFAULT_MODE, 0, false, 0);
    }

    /** A segment that is found by its key. */
    public static SegmentSpec systemV(int key, long size) {
        return new SegmentSpec(Kind.SYSV, null, size, DEFAULT_MODE, key, false, 0);
    }

    public SegmentSpec withMode(int permissions) {
        return new SegmentSpec(kind, name, size, permissions, key, populate, maximum);
    }

    public SegmentSpec withPopulate(boolean presentAtOnce) {
        return new SegmentSpec(kind, name, size, mode, key, presentAtOnce, maximum);
    }

    public SegmentSpec withSize(long bytes) {
        return new SegmentSpec(kind, name, bytes, mode, key, populate, maximum);
    }

    public SegmentSpec withMaximum(long bytes) {
        return new SegmentSpec(kind, name, size, mode, key, populate, bytes);
    }

    /** Bytes whose space is taken when it is made: the size in whole pages. */
    public long mappedSize() {
        return inPages(size);
    }

    /** Bytes that it may ever have, in whole pages. */
    public long maximumSize() {
        return Math.max(mappedSize(), inPages(maximum));
    }

    public boolean grows() {
        return maximumSize() > mappedSize();
    }

    private static long inPages(long bytes) {
        return (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    }
}
