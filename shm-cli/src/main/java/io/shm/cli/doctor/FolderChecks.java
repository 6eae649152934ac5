package io.shm.cli.doctor;

import io.shm.cli.render.Numbers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folder that regions are in. */
final class FolderChecks {
    /** What container runtimes mount when nobody says otherwise. */
    private static final long CONTAINER_DEFAULT = 64L << 20;

    private static final long LITTLE = 16L << 20;
    private static final Duration STALE = Duration.ofMinutes(1);

    private final KernelFiles kernel;
    private final Path folder;

    FolderChecks(KernelFiles kernel, Path folder) {
        this.kernel = kernel;
        this.folder = folder;
    }

    List<Check> all() {
        if (!Files.isDirectory(folder)) {
            return List.of(Check.fail(
                    folder.toString(), "does not exist", "mount a tmpfs there, or give regions a path elsewhere"));
        }
        List<Check> checks = new ArrayList<>();
        checks.add(space());
        checks.add(mount());
        checks.add(files());
        checks.add(leftovers());
        return checks;
    }

    private Check space() {
        try {
            FileStore store = Files.getFileStore(folder);
            long size = store.getTotalSpace();
            long free = store.getUsableSpace();
            String found = store.type() + ", " + Numbers.size(size) + ", " + Numbers.size(free) + " free";
            if (free < LITTLE) {
                return Check.warn(
                        folder.toString(),
                        found,
                        "full: 'shm ls' shows whose it is, 'shm ls --orphans' what nobody needs");
            }
            if (size <= CONTAINER_DEFAULT) {
                return Check.warn(
                        folder.toString(),
                        found,
                        "a container's default: start it with --shm-size=1g or mount a larger tmpfs");
            }
            if (!store.type().equals("tmpfs") && !store.type().equals("ramfs")) {
                return Check.warn(folder.toString(), found, "not in memory: what regions hold is written to a disk");
            }
            return Check.ok(folder.toString(), found);
        } catch (IOException e) {
            return Check.fail(folder.toString(), e.getMessage(), "its file system cannot be asked");
        }
    }

    private Check mount() {
        String options = kernel.mountOptions(folder);
        if (options.isEmpty()) {
            return Check.warn("mount", "unknown", "/proc/self/mounts cannot be read");
        }
        return List.of(options.split(",")).contains("ro")
                ? Check.fail("mount", options, "mounted read-only: mount -o remount,rw " + folder)
                : Check.ok("mount", options);
    }

    /** What making a region does: a file, its bytes, a second name for it, and a lock. */
    private Check files() {
        Path file = folder.resolve(".shm-doctor." + ProcessHandle.current().pid());
        Path link = folder.resolve(".shm-doctor.link." + ProcessHandle.current().pid());
        try {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.map(FileChannel.MapMode.READ_WRITE, 0, 4096).put(0, (byte) 1);
                Files.createLink(link, file);
                try (FileLock lock = channel.tryLock(0, 1, false)) {
                    return lock == null
                            ? Check.fail(
                                    "files",
                                    "a lock on a new file is refused",
                                    "no locks here: who is alive cannot be told")
                            : Check.ok("files", "made, mapped, linked and locked");
                }
            } finally {
                Files.deleteIfExists(link);
                Files.deleteIfExists(file);
            }
        } catch (IOException | UnsupportedOperationException | InternalError e) {
            return Check.fail(
                    "files",
                    reason(e),
                    "nobody can make a region in " + folder + " as user " + System.getProperty("user.name"));
        }
    }

    private static String reason(Throwable thrown) {
        return thrown.getMessage() == null
                ? thrown.getClass().getSimpleName()
                : thrown.getClass().getSimpleName() + " " + thrown.getMessage();
    }

    /** Unfinished files of processes that died while they made a region. */
    private Check leftovers() {
        List<String> stale = new ArrayList<>();
        long bytes = 0;
        Instant before = Instant.now().minus(STALE);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if ((name.contains(".tmp.") || name.startsWith(".shm-doctor."))
                        && Files.isRegularFile(file)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    stale.add(name);
                    bytes += Files.size(file);
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            return Check.warn("leftovers", "unknown: " + reason(e), folder + " cannot be listed");
        }
        if (stale.isEmpty()) {
            return Check.ok("leftovers", "none");
        }
        return Check.warn(
                "leftovers",
                Numbers.counted(stale.size(), "unfinished file") + ", " + Numbers.sizeInWords(bytes),
                "remove what no running process is making: "
                        + String.join(" ", stale.subList(0, Math.min(3, stale.size()))));
    }
}
