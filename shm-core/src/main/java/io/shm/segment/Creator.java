package io.shm.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that is making a segment, as the name of an unfinished file tells it: so that a creator that died looks
 * different from a slow one.
 *
 * @param ticks start time since boot in clock ticks: with the pid it names a process for good
 * @param pidNamespace inode of the pid namespace that the pid is valid in
 * @param serial tells the creations of one process apart
 */
record Creator(long pid, long ticks, long pidNamespace, int serial) {
    static final String NONCE = "(\\d+)-(\\d+)-(\\d+)-(\\d+)";

    private static final Pattern AT_THE_END = Pattern.compile(NONCE + "$");
    private static final AtomicInteger SERIAL = new AtomicInteger();

    static Creator current() throws IOException {
        long pid = ProcessHandle.current().pid();
        return new Creator(pid, startTicks(pid), currentPidNamespace(), SERIAL.incrementAndGet());
    }

    /** The creator in the name of an unfinished file; null if the name has none. */
    static Creator of(String fileName) {
        Matcher matcher = AT_THE_END.matcher(fileName);
        try {
            return matcher.find()
                    ? new Creator(
                            Long.parseLong(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3)),
                            Integer.parseInt(matcher.group(4)))
                    : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    String nonce() {
        return pid + "-" + ticks + "-" + pidNamespace + "-" + serial;
    }

    /** Whether the process is known to be gone. Of one in another pid namespace nothing is known: false. */
    boolean isDead() throws IOException {
        return pidNamespace == currentPidNamespace() && startTicks(pid) != ticks;
    }

    /** Field 22 of {@code /proc/PID/stat}; -1 when there is no such process. */
    private static long startTicks(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        String text;
        try {
            text = Files.readString(stat, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (java.nio.file.NoSuchFileException e) {
            return -1;
        } catch (IOException e) {
            if (Files.exists(stat)) {
                throw e;
            }
            // ESRCH: it went away between open and read.
            return -1;
        }
        // The name in field 2 may hold blanks and brackets; nothing after its last bracket does. A zombie (state Z)
        // still has an entry, but runs no more.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return fields[0].equals("Z") || fields[0].equals("X") ? -1 : Long.parseLong(fields[19]);
    }

    private static long currentPidNamespace() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        return Long.parseLong(link.replaceAll("\\D", ""));
    }
}
