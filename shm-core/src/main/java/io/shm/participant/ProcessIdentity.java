package io.shm.participant;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Who a process is, so that a pid used again is never taken for the process before.
 *
 * @param pid as its own namespace numbers it
 * @param uid effective user
 * @param startTicks clock ticks from boot to its start; with the pid unique within a boot
 * @param pidNamespace inode of the pid namespace, 0 where the system has none
 * @param bootIdHigh of the running kernel, as {@code bootIdLow}; 0 where unknown
 */
public record ProcessIdentity(int pid, int uid, long startTicks, long pidNamespace, long bootIdHigh, long bootIdLow) {
    private static final Path PROC = Path.of("/proc");

    /** This process; what the system does not tell is 0. */
    public static ProcessIdentity self() {
        Stat stat = Stat.parse(readOrEmpty(PROC.resolve("self/stat")));
        UUID boot = bootId();
        return new ProcessIdentity(
                (int) ProcessHandle.current().pid(),
                uid(readOrEmpty(PROC.resolve("self/status"))),
                stat == null ? 0 : stat.startTicks,
                namespace(),
                boot.getMostSignificantBits(),
                boot.getLeastSignificantBits());
    }

    /** Looks for a recorded process. Errs towards {@link Evidence#INVISIBLE}, never towards GONE. */
    public static Evidence of(int pid, long startTicks, long pidNamespace) {
        if (pidNamespace == 0 || pidNamespace != namespace() || pid <= 0) {
            return Evidence.INVISIBLE;
        }
        Path folder = PROC.resolve(Integer.toString(pid));
        Stat stat;
        try {
            stat = Stat.parse(read(folder.resolve("stat")));
        } catch (NoSuchFileException e) {
            // With hidepid=2 other users' processes are not listed at all; process 1 always exists, so it tells.
            return Files.exists(PROC.resolve("1")) ? Evidence.GONE : Evidence.INVISIBLE;
        } catch (AccessDeniedException e) {
            return Evidence.INVISIBLE;
        } catch (IOException e) {
            // It went away between open and read (ESRCH).
            return Files.exists(folder) ? Evidence.INVISIBLE : Evidence.GONE;
        }
        if (stat == null) {
            return Evidence.INVISIBLE;
        }
        if (stat.startTicks != startTicks) {
            return Evidence.GONE;
        }
        return stat.isZombie() && !hasOtherThreads(folder) ? Evidence.GONE : Evidence.PRESENT;
    }

    /** Whether pids recorded under a boot id can be looked for now. */
    public boolean sameBootAs(long high, long low) {
        return (bootIdHigh | bootIdLow) != 0 && bootIdHigh == high && bootIdLow == low;
    }

    /** A process whose first thread has ended is shown as a zombie, while its other threads run on. */
    private static boolean hasOtherThreads(Path folder) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder.resolve("task"))) {
            int count = 0;
            for (Path ignored : tasks) {
                count++;
            }
            return count > 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static long namespace() {
        try {
            String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private static UUID bootId() {
        try {
            return UUID.fromString(
                    readOrEmpty(PROC.resolve("sys/kernel/random/boot_id")).trim());
        } catch (IllegalArgumentException e) {
            return new UUID(0, 0);
        }
    }

    /** From {@code Uid: real effective saved file}. */
    private static int uid(String status) {
        int at = status.indexOf("\nUid:");
        return at < 0
                ? 0
                : Integer.parseUnsignedInt(status.substring(at + 5).strip().split("\\s+", 3)[1]);
    }

    private static String readOrEmpty(Path path) {
        try {
            return read(path);
        } catch (IOException e) {
            return "";
        }
    }

    /** A process may put any bytes in its name, so this must not be decoded as UTF-8. */
    private static String read(Path path) throws IOException {
        return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    }

    /** The two fields of interest of {@code /proc/PID/stat}. */
    record Stat(char state, long startTicks) {
        private static final int START_TICKS_FIELD = 22;

        /** Null for a line that is not understood. The name is in parentheses and may hold blanks and parentheses. */
        static Stat parse(String line) {
            int name = line.lastIndexOf(')');
            if (name < 0) {
                return null;
            }
            // Field 3 is the first behind the name.
            String[] fields = line.substring(name + 1).strip().split(" ", -1);
            if (fields.length <= START_TICKS_FIELD - 3 || fields[0].isEmpty()) {
                return null;
            }
            try {
                return new Stat(fields[0].charAt(0), Long.parseLong(fields[START_TICKS_FIELD - 3]));
            } catch (NumberFormatException e) {
                return null;
            }
        }

        boolean isZombie() {
            return state == 'Z' || state == 'X';
        }
    }
}
