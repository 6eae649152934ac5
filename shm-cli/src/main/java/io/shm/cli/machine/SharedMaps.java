package io.shm.cli.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The shared memory maps of all processes that this user may look into.
 *
 * @param hidden how many processes could not be looked into
 */
public record SharedMaps(List<SharedMap> maps, int hidden) {
    public static SharedMaps all(Path proc) throws IOException {
        Map<String, SharedMap> found = new LinkedHashMap<>();
        int hidden = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                try {
                    int pid = Integer.parseInt(process.getFileName().toString());
                    for (String line : Files.readAllLines(process.resolve("maps"))) {
                        add(line, pid, found);
                    }
                } catch (IOException goneOrForbidden) {
                    hidden += Files.exists(process) ? 1 : 0;
                }
            }
        }
        return new SharedMaps(new ArrayList<>(found.values()), hidden);
    }

    /** A line is {@code start-end perms offset device inode path}; the path may hold blanks. */
    private static void add(String line, int pid, Map<String, SharedMap> found) {
        String[] fields = line.split("\\s+", 6);
        if (fields.length < 6 || !fields[1].endsWith("s") || !isMemory(fields[5])) {
            return;
        }
        int dash = fields[0].indexOf('-');
        long length = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16)
                - Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
        long end = Long.parseUnsignedLong(fields[2], 16) + length;
        String identity = fields[3] + " " + fields[4];
        SharedMap before = found.get(identity);
        TreeSet<Integer> pids = before == null ? new TreeSet<>() : new TreeSet<>(before.pids());
        pids.add(pid);
        found.put(identity, new SharedMap(fields[5], before == null ? end : Math.max(end, before.bytes()), pids));
    }

    /** System V memory is listed from its own table. */
    private static boolean isMemory(String name) {
        return name.startsWith("/dev/shm/") || name.startsWith("/memfd:") || name.startsWith("/dev/zero");
    }
}
