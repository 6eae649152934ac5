package io.shm.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A System V segment of the kernel.
 *
 * @param key 0 for a private one
 * @param creator pid of the process that made it; last, of the one that last attached or detached
 * @param attached how many attachments there are now
 * @param changedAt when it was made, or its owner or mode last changed
 */
public record SystemSegment(
        long key, int id, int mode, long size, int creator, int last, int attached, int uid, Instant changedAt) {
    /** All of the machine, or of this IPC namespace; none where the kernel has no System V memory. */
    public static List<SystemSegment> all(Path proc) throws IOException {
        Path table = proc.resolve("sysvipc/shm");
        List<SystemSegment> segments = new ArrayList<>();
        if (Files.isReadable(table)) {
            List<String> lines = Files.readAllLines(table);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                segments.add(of(line.strip().split("\\s+")));
            }
        }
        return segments;
    }

    /** Fields in the order of the table's head; the mode is octal and may have bits above the permissions. */
    private static SystemSegment of(String[] fields) {
        return new SystemSegment(
                Integer.toUnsignedLong((int) Long.parseLong(fields[0])),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2], 8) & 0777,
                Long.parseLong(fields[3]),
                Integer.parseInt(fields[4]),
                Integer.parseInt(fields[5]),
                Integer.parseInt(fields[6]),
                Integer.parseInt(fields[7]),
                Instant.ofEpochSecond(Long.parseLong(fields[13])));
    }

    /** Memory that nobody uses and that stays until somebody removes it. */
    public boolean isOrphan() {
        return attached == 0;
    }
}
