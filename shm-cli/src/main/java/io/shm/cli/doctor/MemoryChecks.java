package io.shm.cli.doctor;

import io.shm.cli.render.Numbers;
import java.util.List;

/** How much memory there is to be had, and who limits it. */
final class MemoryChecks {
    private static final long LITTLE = 64L << 20;
    private static final String CGROUP = "sys/fs/cgroup";

    private final KernelFiles kernel;

    MemoryChecks(KernelFiles kernel) {
        this.kernel = kernel;
    }

    List<Check> all() {
        return List.of(available(), cgroup(), overcommit());
    }

    private Check available() {
        long available = meminfo("MemAvailable:");
        long total = meminfo("MemTotal:");
        if (available < 0) {
            return Check.warn(
                    "memory", "unknown", "/proc/meminfo cannot be read; a region larger than memory is not refused");
        }
        String found = Numbers.size(available) + " available of " + Numbers.size(total);
        return available < LITTLE
                ? Check.warn("memory", found, "regions of more than four fifths of it are refused: free some")
                : Check.ok("memory", found);
    }

    private long meminfo(String key) {
        for (String line : kernel.lines("proc/meminfo")) {
            if (line.startsWith(key)) {
                String[] fields = line.substring(key.length()).strip().split(" ");
                return number(fields[0]) << 10;
            }
        }
        return -1;
    }

    /** Pages of a region count against the group of the process that touched them first. */
    private Check cgroup() {
        long limit = Long.MAX_VALUE;
        long used = -1;
        for (String line : kernel.lines("proc/self/cgroup")) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[0].equals("0")) {
                for (String path = fields[2]; ; path = parent(path)) {
                    long here = number(kernel.line(CGROUP + path + "/memory.max"));
                    if (here >= 0 && here < limit) {
                        limit = here;
                        used = number(kernel.line(CGROUP + path + "/memory.current"));
                    }
                    if (path.isEmpty() || path.equals("/")) {
                        break;
                    }
                }
            } else if (fields.length == 3 && List.of(fields[1].split(",")).contains("memory")) {
                long here = number(kernel.line(CGROUP + "/memory/memory.limit_in_bytes"));
                if (here >= 0 && here < limit) {
                    limit = here;
                    used = number(kernel.line(CGROUP + "/memory/memory.usage_in_bytes"));
                }
            }
        }
        // Version 1 writes "no limit" as the largest whole number of pages.
        if (limit > Long.MAX_VALUE - (1 << 20)) {
            return Check.ok("cgroup", "no memory limit");
        }
        String found = "memory limit " + Numbers.size(limit) + (used < 0 ? "" : ", " + Numbers.size(used) + " used");
        return used >= 0 && limit - used < LITTLE
                ? Check.warn(
                        "cgroup",
                        found,
                        "regions count against it, and the group's processes are killed beyond it: raise it")
                : Check.ok("cgroup", found);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private Check overcommit() {
        String mode = kernel.line("proc/sys/vm/overcommit_memory");
        return mode.equals("2")
                ? Check.warn(
                        "overcommit",
                        "strict (2)",
                        "regions count against CommitLimit of /proc/meminfo; leave room there")
                : Check.ok("overcommit", mode.isEmpty() ? "unknown" : "not strict (" + mode + ")");
    }

    /** -1 for what is no number: {@code max}, or an unreadable file. */
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
