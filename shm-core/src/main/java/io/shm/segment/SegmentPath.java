package io.shm.segment;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where the files of a segment with a name are: {@code NAME}, its lock file {@code .NAME.lock}, and while it is being
 * made {@code NAME.tmp.NONCE}, all in one folder.
 *
 * @param folder absolute
 */
record SegmentPath(Path folder, String name) {
    /** Where names without a folder are. */
    static final Path MEMORY_FOLDER = Path.of("/dev/shm");

    private static final String TEMPORARY = ".tmp.";
    private static final String LOCK_SUFFIX = ".lock";
    /** Leaves room below NAME_MAX (255) for the suffixes of the files beside it. */
    private static final int MAX_NAME_BYTES = 190;

    private static final Pattern OF_A_CREATION = Pattern.compile(".+\\.tmp\\." + Creator.NONCE);

    /**
     * The files of a name, or of a path: whatever has a {@code /}.
     *
     * @throws IllegalArgumentException for a text that cannot be a segment's name
     */
    static SegmentPath of(String nameOrPath) {
        int slash = nameOrPath.lastIndexOf('/');
        String name = nameOrPath.substring(slash + 1);
        check(name, nameOrPath);
        try {
            Path file = slash < 0 ? MEMORY_FOLDER.resolve(name) : Path.of(nameOrPath);
            return new SegmentPath(file.toAbsolutePath().getParent(), name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "name '" + nameOrPath + "' cannot be a file name with this JVM's encoding "
                            + System.getProperty("sun.jnu.encoding") + ": start it with LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static void check(String name, String given) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a segment's name must not be empty: '" + given + "'");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("'" + given + "' is a directory, not a segment's name");
        }
        if (given.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a segment's name must not contain control characters: '"
                    + given.replaceAll("\\p{Cntrl}", "?") + "'");
        }
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a segment's name has at most " + MAX_NAME_BYTES + " bytes, this one "
                    + length + ": '" + name.substring(0, 20) + "…'");
        }
        if (isLockFile(name) || isTemporary(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is what a lock file or an unfinished segment is called, not a segment");
        }
    }

    static boolean isLockFile(String fileName) {
        return fileName.startsWith(".") && fileName.endsWith(LOCK_SUFFIX);
    }

    static boolean isTemporary(String fileName) {
        return OF_A_CREATION.matcher(fileName).matches();
    }

    /** The segment that an unfinished file was to become. */
    static SegmentPath ofTemporary(Path temporary) {
        String name = temporary.getFileName().toString();
        return new SegmentPath(temporary.getParent(), name.substring(0, name.lastIndexOf(TEMPORARY)));
    }

    Path file() {
        return folder.resolve(name);
    }

    Path lockFile() {
        return folder.resolve("." + name + LOCK_SUFFIX);
    }

    Path temporary(Creator creator) {
        return folder.resolve(name + TEMPORARY + creator.nonce());
    }

    /** What another process passes to attach: the name alone where that is enough. */
    String reference() {
        return folder.equals(MEMORY_FOLDER) ? name : file().toString();
    }
}
