package io.shm.cli.doctor;

import io.shm.cli.render.Numbers;
import java.nio.file.Path;
import java.util.List;

/** What a process may do here, and what it sees of others. */
final class ProcessChecks {
    /** The inode number of the first pid namespace, the same on every kernel. */
    private static final String FIRST_PID_NAMESPACE = "pid:[4026531836]";

    private static final long FEW_FILES = 256;

    private final KernelFiles kernel;

    ProcessChecks(KernelFiles kernel) {
        this.kernel = kernel;
    }

    List<Check> all() {
        return List.of(files(), fileSize(), addressSpace(), lockedMemory(), bootId(), namespace(), others());
    }

    private Check files() {
        String limit = limit("Max open files");
        boolean few = number(limit) >= 0 && number(limit) < FEW_FILES;
        return few
                ? Check.warn("open files", limit, "each region takes up to three: ulimit -n 1024")
                : Check.ok("open files", limit);
    }

    private Check fileSize() {
        String limit = limit("Max file size");
        return number(limit) < 0
                ? Check.ok("file size", limit)
                : Check.warn(
                        "file size",
                        size(limit),
                        "a region is a file, and a larger one ends the process: ulimit -f unlimited");
    }

    private Check addressSpace() {
        String limit = limit("Max address space");
        return number(limit) < 0
                ? Check.ok("address space", limit)
                : Check.warn("address space", size(limit), "regions are mapped as a whole: ulimit -v unlimited");
    }

    private Check lockedMemory() {
        return Check.ok("locked memory", size(limit("Max locked memory")));
    }

    /** The soft limit as the kernel writes it; {@code unknown} where it cannot be read. */
    private String limit(String name) {
        for (String line : kernel.lines("proc/self/limits")) {
            if (line.startsWith(name)) {
                return line.substring(name.length()).strip().split("\\s+")[0];
            }
        }
        return "unknown";
    }

    private static String size(String limit) {
        return number(limit) < 0 ? limit : Numbers.size(number(limit));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Check bootId() {
        String id = kernel.line("proc/sys/kernel/random/boot_id");
        return id.isEmpty()
                ? Check.warn("boot id", "hidden", "a region that outlived a reboot cannot be told from a fresh one")
                : Check.ok("boot id", id);
    }

    private Check namespace() {
        String namespace = kernel.link("proc/self/ns/pid");
        if (namespace.isEmpty()) {
            return Check.warn("pid namespace", "hidden", "processes of other containers cannot be told from our own");
        }
        return Check.ok(
                "pid namespace",
                namespace.equals(FIRST_PID_NAMESPACE) ? "the machine's" : "a container's own, " + namespace);
    }

    /** Whether processes of others can be seen: a second opinion on who is alive. */
    private Check others() {
        for (String option : kernel.mountOptions(Path.of("/proc")).split(",")) {
            if (option.startsWith("hidepid=") && !option.equals("hidepid=0") && !option.equals("hidepid=off")) {
                return Check.warn("other processes", option, "those of other users are judged by their locks alone");
            }
        }
        return kernel.line("proc/1/stat").isEmpty()
                ? Check.warn("other processes", "/proc/1/stat cannot be read", "who is alive is judged by locks alone")
                : Check.ok("other processes", "to be seen in /proc");
    }
}
