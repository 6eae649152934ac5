package io.shm.inspect;

import io.shm.error.ShmException;
import io.shm.layout.HeaderLayout;
import io.shm.ledger.RegionHeader;
import io.shm.memory.SharedMemory;
import io.shm.segment.LockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The regions and segments of a folder, from the first page of each file and the lock file beside it: nothing is mapped.
 *
 * <p>Files that come and go meanwhile are shown or not.
 */
final class RegionFolder {
    private static final Pattern UNFINISHED = Pattern.compile(".+\\.tmp\\.\\d+-\\d+-\\d+-\\d+");
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;

    /** The first page of the file looked at. */
    private final ByteBuffer page = ByteBuffer.allocateDirect(HeaderLayout.LENGTH);

    private final SharedMemory pageMemory = SharedMemory.of(page);

    /** By name; empty where there is no such folder. */
    List<RegionSummary> list(Path folder) {
        List<RegionSummary> summaries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && !UNFINISHED.matcher(name).matches()) {
                    RegionSummary summary = summary(file, name);
                    if (summary != null) {
                        summaries.add(summary);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        summaries.sort(Comparator.comparing(RegionSummary::name));
        return summaries;
    }

    /** The lock file of a region, whose inode the region's header holds where it was made. */
    static Path lockFileOf(Path region) {
        return region.resolveSibling("." + region.getFileName() + ".lock");
    }

    /** Null for what is no file of ours, or gone. */
    private RegionSummary summary(Path file, String name) {
        Map<String, Object> facts;
        try {
            facts = Files.readAttributes(file, "unix:mode,size,owner", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
        int mode = (Integer) facts.get("mode");
        if ((mode & TYPE_MASK) != REGULAR) {
            return null;
        }
        boolean locked = Files.isRegularFile(lockFileOf(file), LinkOption.NOFOLLOW_LINKS);
        long length = (Long) facts.get("size");
        Outline outline;
        try {
            // The length after the page: it is no shorter than the count in the page asks.
            length = readPage(file);
            outline = outline(name, length, locked);
        } catch (AccessDeniedException e) {
            outline = locked ? Outline.unreadable(length, "cannot be read by this user") : null;
        } catch (IOException e) {
            outline = locked ? Outline.unreadable(length, "cannot be read: " + e.getMessage()) : null;
        }
        if (outline == null) {
            return null;
        }
        int attached = attached(file);
        return new RegionSummary(
                name,
                file.toString(),
                outline.kind(name),
                outline.size,
                length,
                Math.max(outline.maximum, length),
                mode & 07777,
                ((UserPrincipal) facts.get("owner")).getName(),
                outline.createdAt,
                attached,
                attached == 0,
                outline.problem);
    }

    private Outline outline(String name, long length, boolean locked) {
        if (pageMemory.getLong(HeaderLayout.MAGIC_OFFSET) != HeaderLayout.MAGIC || length < Long.BYTES) {
            return locked ? Outline.unreadable(length, "a segment without a ledger") : null;
        }
        try {
            RegionHeader header = RegionHeader.check(pageMemory, name, length);
            return new Outline(
                    header.kind(),
                    header.requestedSize(),
                    header.maximumSize(),
                    new Clock(header.createdAt()).created(),
                    "");
        } catch (ShmException e) {
            return Outline.unreadable(length, e.getMessage());
        }
    }

    /** The file's length after that. */
    private long readPage(Path file) throws IOException {
        pageMemory.fill(0, HeaderLayout.LENGTH, (byte) 0);
        page.clear();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (page.hasRemaining() && channel.read(page, page.position()) > 0) {
                // The channel gives what it has; go on until the end.
            }
            return channel.size();
        }
    }

    private static int attached(Path file) {
        try (LockFile lock = LockFile.of(file.toString())) {
            return lock.attachCount();
        } catch (ShmException | UncheckedIOException | IllegalArgumentException e) {
            // A lock file of a strange kind, or a name that no segment has: not known.
            return -1;
        }
    }

    /** What a header tells in a line; kind 0 where it cannot be read. */
    private record Outline(int kind, long size, long maximum, Instant createdAt, String problem) {
        static Outline unreadable(long length, String problem) {
            return new Outline(0, length, length, null, problem);
        }

        String kind(String name) {
            return kind != 0 ? Codes.kind(kind) : name.startsWith("sysv-") ? "sysv" : "named";
        }
    }
}
