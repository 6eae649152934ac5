package io.shm.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What the system says about a file.
 *
 * @param type the bits of {@code S_IFMT}
 * @param mode the nine permission bits and the three above
 * @param device as {@code st_dev}: with the inode it names the file whatever its path
 * @param size length, bytes
 */
record FileFacts(int type, int mode, int uid, int gid, long device, long inode, long size, Instant modified) {
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final String ATTRIBUTES = "unix:mode,uid,gid,dev,ino,size,lastModifiedTime";

    /** Of the file itself, and of a link rather than of what it leads to; null when there is none. */
    static FileFacts of(Path path) throws IOException {
        try {
            return read(path, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            if (Refusal.isMissing(e)) {
                return null;
            }
            throw e;
        }
    }

    /** Of what a descriptor of this process is open on. */
    static FileFacts ofDescriptor(int descriptor) throws IOException {
        return behind(Path.of("/proc/self/fd/" + descriptor));
    }

    /** Of what a link under {@code /proc} leads to. */
    static FileFacts behind(Path link) throws IOException {
        return read(link);
    }

    private static FileFacts read(Path path, LinkOption... options) throws IOException {
        Map<String, Object> facts = Files.readAttributes(path, ATTRIBUTES, options);
        int mode = (Integer) facts.get("mode");
        return new FileFacts(
                mode & TYPE_MASK,
                mode & ~TYPE_MASK,
                (Integer) facts.get("uid"),
                (Integer) facts.get("gid"),
                (Long) facts.get("dev"),
                (Long) facts.get("ino"),
                (Long) facts.get("size"),
                ((FileTime) facts.get("lastModifiedTime")).toInstant());
    }

    boolean isRegular() {
        return type == REGULAR;
    }

    boolean isSameFile(FileFacts other) {
        return other != null && device == other.device && inode == other.inode;
    }

    /** The type in words, with its article. */
    String describeType() {
        return switch (type) {
            case 0040000 -> "a directory";
            case 0120000 -> "a symbolic link";
            case 0010000 -> "a FIFO";
            case 0140000 -> "a socket";
            case 0020000, 0060000 -> "a device";
            default -> "no regular file";
        };
    }
}
