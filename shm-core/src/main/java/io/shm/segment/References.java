package io.shm.segment;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How segments are called: {@code NAME}, a path, {@code pid:PID}, {@code pid:PID/N}, {@code sysv:KEY}. */
final class References {
    private static final Pattern PROCESS = Pattern.compile("pid:(\\d{1,10})(?:/(\\d{1,9}))?");
    private static final Pattern KEY = Pattern.compile("sysv:(?:0[xX]([0-9a-fA-F]{1,8})|(-?\\d{1,10}))");
    private static final Pattern KEYED_FILE = Pattern.compile("sysv-0x([0-9a-f]{8})");
    private static final Pattern PRIVATE_FILE = Pattern.compile("sysv-private-(\\d{1,10})");

    private References() {}

    /**
     * A segment of another process.
     *
     * @param descriptor its number there; -1 for the only one there is
     */
    record OfProcess(long pid, int descriptor) {}

    /** Null if the reference does not begin with {@code pid:}. */
    static OfProcess ofProcess(String reference) {
        if (!reference.startsWith("pid:")) {
            return null;
        }
        Matcher matcher = PROCESS.matcher(reference);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + reference + "' is not of the form pid:PID or pid:PID/DESCRIPTOR");
        }
        int descriptor = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        return new OfProcess(Long.parseLong(matcher.group(1)), descriptor);
    }

    /**
     * The files of a name, a path, or a System V key.
     *
     * @throws IllegalArgumentException for a process, and for what cannot be a name
     */
    static SegmentPath pathOf(String reference) {
        if (ofProcess(reference) != null) {
            throw new IllegalArgumentException("'" + reference + "' is a process, not a name");
        }
        if (!reference.startsWith("sysv:")) {
            return SegmentPath.of(reference);
        }
        return new SegmentPath(SegmentPath.MEMORY_FOLDER, keyedName(keyOf(reference)));
    }

    private static int keyOf(String reference) {
        Matcher matcher = KEY.matcher(reference);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + reference + "' is not of the form sysv:0xKEY");
        }
        int key = matcher.group(1) != null
                ? Integer.parseUnsignedInt(matcher.group(1), 16)
                : (int) Long.parseLong(matcher.group(2));
        if (key == 0) {
            throw new IllegalArgumentException("key 0 (IPC_PRIVATE) names no segment: use its path");
        }
        return key;
    }

    /** The file name of a keyed System V segment. */
    static String keyedName(int key) {
        return String.format(Locale.ROOT, "sysv-0x%08x", key);
    }

    static SegmentPath privatePath(Path folder, int id) {
        return new SegmentPath(folder, "sysv-private-" + id);
    }

    static int privateId(String fileName) {
        return Integer.parseInt(fileName.substring(fileName.lastIndexOf('-') + 1));
    }

    static boolean isSystemV(String fileName) {
        return KEYED_FILE.matcher(fileName).matches()
                || PRIVATE_FILE.matcher(fileName).matches();
    }

    /** What another process passes to attach a segment that has files. */
    static String of(SegmentPath path) {
        Matcher keyed = KEYED_FILE.matcher(path.name());
        return keyed.matches() && path.folder().equals(SegmentPath.MEMORY_FOLDER)
                ? "sysv:0x" + keyed.group(1)
                : path.reference();
    }
}
