package io.shm.segment;

import io.shm.error.NoSpaceException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** What room there is, and the sentences for when there is not enough. */
final class Space {
    /** The share of the available memory, in percent, that one segment may take. */
    private static final long MEMORY_SHARE = 80;

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "hugetlbfs");

    private Space() {}

    /** Whether the files of a folder are kept in memory. */
    static boolean isInMemory(Path folder) throws IOException {
        return IN_MEMORY.contains(Files.getFileStore(folder).type());
    }

    /**
     * A memory file system may be as large as memory: taking it all would have the system kill somebody.
     *
     * @throws NoSpaceException if so much memory is not available
     */
    static void checkMemory(String what, long bytes) throws IOException {
        long available = availableBytes();
        if (available >= 0 && bytes > available / 100 * MEMORY_SHARE) {
            throw new NoSpaceException(String.format(
                    Locale.ROOT,
                    "no space for %s: %,d bytes asked, %d %% of the available memory is %,d (available %,d)",
                    what,
                    bytes,
                    MEMORY_SHARE,
                    available / 100 * MEMORY_SHARE,
                    available));
        }
    }

    /** What the machine has, or the container may still use, whichever is less; -1 where the system does not say. */
    static long availableBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                long machine = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                return Math.min(machine, ControlGroup.ofSystem().availableBytes());
            }
        }
        return -1;
    }

    /** The file system has refused. */
    static NoSpaceException exhausted(String what, long bytes, Path folder, IOException cause) {
        String rest = "";
        try {
            FileStore store = Files.getFileStore(folder);
            rest = String.format(
                    Locale.ROOT,
                    ", %s has %,d free of %,d",
                    store.type(),
                    store.getUsableSpace(),
                    store.getTotalSpace());
        } catch (IOException e) {
            // The refusal is what matters.
        }
        return new NoSpaceException(
                String.format(Locale.ROOT, "no space for %s: %,d bytes asked%s", what, bytes, rest), cause);
    }
}
