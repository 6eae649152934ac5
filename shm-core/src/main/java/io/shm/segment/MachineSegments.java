package io.shm.segment;

import io.shm.memory.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shared memory of this machine, found by looking: nothing is mapped or locked. Processes and files that may not be
 * read are left out.
 */
public final class MachineSegments {
    private static final Path PROC = Path.of("/proc");
    private static final Path SYSTEM_V = Path.of("/proc/sysvipc/shm");
    /** Set in the mode of a segment that was removed and is still attached. */
    private static final int SHM_DEST = 01000;

    private MachineSegments() {}

    /**
     * All files of a folder that look like segments of ours, by name: those with a lock file beside them, and those with
     * a region's magic in front.
     *
     * @throws UncheckedIOException if the folder may not be read
     */
    public static List<SegmentInfo> in(Path folder) {
        List<SegmentInfo> rows = new ArrayList<>();
        Path absolute = folder.toAbsolutePath();
        try {
            for (String name : Listing.names(absolute)) {
                SegmentPath path = new SegmentPath(absolute, name);
                FileFacts facts = FileFacts.of(path.file());
                if (facts != null) {
                    try (LockFile lock = LockFile.open(path.lockFile(), Posix.isLoaded())) {
                        rows.add(SegmentInfo.of(
                                References.of(path), path.file(), facts, lock.note(), lock.attachCount()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.sort((a, b) -> a.path().compareTo(b.path()));
        return rows;
    }

    /**
     * The segments without a name, each by one of the processes that can hand it over. Where JNA has not been loaded, how
     * many have it attached is not known.
     */
    public static List<SegmentInfo> nameless() {
        Map<Long, SegmentInfo> byInode = new TreeMap<>();
        for (long pid : pids()) {
            try {
                for (ProcessFiles.OpenFile region : ProcessFiles.regionsOf(pid)) {
                    FileFacts facts = FileFacts.behind(region.link());
                    if (!byInode.containsKey(facts.inode())) {
                        byInode.put(facts.inode(), row(region, facts));
                    }
                }
            } catch (IOException e) {
                // Ended meanwhile, or not ours to look into.
            }
        }
        return List.copyOf(byInode.values());
    }

    private static SegmentInfo row(ProcessFiles.OpenFile region, FileFacts facts) throws IOException {
        if (!Posix.isLoaded()) {
            return SegmentInfo.of(region.reference(), null, facts, null, -1);
        }
        try (LockFile lock = Nameless.openLock(region)) {
            return SegmentInfo.of(region.reference(), null, facts, lock.note(), lock.attachCount());
        }
    }

    /** The real System V segments of this machine; empty where the kernel has none of this sort. */
    public static List<ShmidDs> systemV() {
        List<ShmidDs> rows = new ArrayList<>();
        try {
            if (!Files.isReadable(SYSTEM_V)) {
                return rows;
            }
            List<String> lines = Files.readAllLines(SYSTEM_V);
            String[] names = lines.get(0).trim().split("\\s+");
            for (String line : lines.subList(1, lines.size())) {
                rows.add(systemVRow(names, line.trim().split("\\s+")));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ShmidDs systemVRow(String[] names, String[] values) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < Math.min(names.length, values.length); i++) {
            row.put(names[i], values[i]);
        }
        int mode = Integer.parseInt(row.get("perms"), 8);
        return new ShmidDs(
                (int) Long.parseLong(row.get("key")),
                Integer.parseInt(row.get("shmid")),
                Long.parseLong(row.get("size")),
                mode & 0777,
                Integer.parseUnsignedInt(row.get("uid")),
                Integer.parseInt(row.get("cpid")),
                Integer.parseInt(row.get("lpid")),
                Integer.parseInt(row.get("nattch")),
                time(row.get("atime")),
                time(row.get("dtime")),
                time(row.get("ctime")),
                (mode & SHM_DEST) != 0);
    }

    private static Instant time(String seconds) {
        return seconds.equals("0") ? null : Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    /** What the processes that we may look into share through the memory file system, without a name, or by key. */
    public static List<SharedMap> sharedMaps() {
        Map<String, Map<Long, Long>> bytesByPid = new TreeMap<>();
        Map<String, MapsLine> lines = new HashMap<>();
        for (long pid : pids()) {
            try {
                for (MapsLine line : MapsLine.ofProcess(pid)) {
                    if (line.shared() && isMemory(line.path())) {
                        // One file may be shown by several names: of its link here, as deleted elsewhere.
                        String key = line.device() + " " + line.inode();
                        lines.merge(
                                key,
                                line,
                                (a, b) -> a.path().length() <= b.path().length() ? a : b);
                        bytesByPid.computeIfAbsent(key, k -> new TreeMap<>()).merge(pid, line.length(), Long::sum);
                    }
                }
            } catch (IOException e) {
                // Ended meanwhile, or not ours to look into.
            }
        }
        return bytesByPid.entrySet().stream()
                .map(entry -> {
                    MapsLine line = lines.get(entry.getKey());
                    long most = entry.getValue().values().stream()
                            .mapToLong(Long::longValue)
                            .max()
                            .orElse(0);
                    return new SharedMap(
                            line.path(),
                            line.inode(),
                            most,
                            List.copyOf(entry.getValue().keySet()));
                })
                .toList();
    }

    private static boolean isMemory(String path) {
        return path.startsWith("/dev/shm/")
                || path.startsWith("/memfd:")
                || path.startsWith("/SYSV")
                // What the system calls memory that parent and child share by fork.
                || path.startsWith("/dev/zero");
    }

    private static Set<Long> pids() {
        Set<Long> pids = new TreeSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(
                PROC, entry -> entry.getFileName().toString().matches("\\d+"))) {
            processes.forEach(
                    process -> pids.add(Long.parseLong(process.getFileName().toString())));
            return pids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
