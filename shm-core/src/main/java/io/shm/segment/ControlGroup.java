package io.shm.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The memory limit of a container, where there is one: version 2 of the control groups, else version 1. */
final class ControlGroup {
    private final Path folder;

    ControlGroup(Path folder) {
        this.folder = folder;
    }

    static ControlGroup ofSystem() {
        return new ControlGroup(Path.of("/sys/fs/cgroup"));
    }

    /** Bytes that may still be used, page cache that can be dropped included; {@link Long#MAX_VALUE} without a limit. */
    long availableBytes() {
        long second = available(folder.resolve("memory.max"), folder.resolve("memory.current"), folder);
        Path first = folder.resolve("memory");
        return Math.min(
                second,
                available(first.resolve("memory.limit_in_bytes"), first.resolve("memory.usage_in_bytes"), first));
    }

    private static long available(Path limitFile, Path usageFile, Path group) {
        try {
            long limit = Long.parseLong(Files.readString(limitFile).strip());
            long usage = Long.parseLong(Files.readString(usageFile).strip());
            return Math.max(0, limit - usage + droppable(group.resolve("memory.stat")));
        } catch (IOException | NumberFormatException e) {
            // No such version, no right to look, or "max": no limit that can be known.
            return Long.MAX_VALUE;
        }
    }

    private static long droppable(Path statistics) throws IOException {
        List<String> lines = Files.readAllLines(statistics);
        for (String line : lines) {
            if (line.startsWith("inactive_file ")) {
                return Long.parseLong(line.substring(line.indexOf(' ') + 1).strip());
            }
        }
        return 0;
    }
}
