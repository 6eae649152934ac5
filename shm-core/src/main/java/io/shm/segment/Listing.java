package io.shm.segment;

import io.shm.layout.HeaderLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The segments of a folder, found without mapping or locking any. */
final class Listing {
    private Listing() {}

    /** The names of all files that look like segments of ours. */
    static List<String> names(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!SegmentPath.isLockFile(name)
                        && !SegmentPath.isTemporary(name)
                        && isOurs(new SegmentPath(folder, name))) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** Whether there is a regular file with a lock file beside it or, where we may read it, our magic in front. */
    static boolean isOurs(SegmentPath path) throws IOException {
        FileFacts facts = FileFacts.of(path.file());
        if (facts == null || !facts.isRegular()) {
            return false;
        }
        FileFacts lock = FileFacts.of(path.lockFile());
        return (lock != null && lock.isRegular()) || hasMagic(path.file());
    }

    private static boolean hasMagic(Path file) {
        ByteBuffer start = firstBytes(file, Long.BYTES);
        return start.remaining() == Long.BYTES && start.getLong(0) == HeaderLayout.MAGIC;
    }

    /** Fewer than asked, or none, where the file is short or may not be read. */
    static ByteBuffer firstBytes(Path file, int count) {
        ByteBuffer start = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (start.hasRemaining() && channel.read(start, start.position()) > 0) {
                // The channel gives what it has; go on until the end.
            }
        } catch (IOException e) {
            // Not to be read: nothing is known of it.
            return start.limit(0);
        }
        return start.flip();
    }
}
