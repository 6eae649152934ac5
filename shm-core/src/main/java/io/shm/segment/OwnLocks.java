package io.shm.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Which bytes of a file this process has locked, as the system says it. A process cannot ask that of its locks by fcntl, which
 * tells of others' alone; {@code /proc/locks} lists all that this pid namespace may see.
 */
final class OwnLocks {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final Path SELF = Path.of("/proc/self");

    // 1: POSIX ADVISORY WRITE 4711 00:18:5678 1024 1024
    private static final int KIND = 1;
    private static final int MODE = 3;
    private static final int PID = 4;
    private static final int FILE = 5;
    private static final int FIRST = 6;
    private static final int LAST = 7;

    private OwnLocks() {}

    /**
     * The bytes before {@code end} of the file with that inode that this process has locked exclusively; null where that cannot
     * be known. Locks of another file system's file of the same number count too: then a loss may be missed. The system
     * hands out the list in pieces: where others unlock in between, a line may be left out, and a lock seem lost that is not.
     * So one reading alone proves no loss.
     */
    static BitSet of(long inode, int end) {
        String pid = Long.toString(ProcessHandle.current().pid());
        try {
            if (!Files.readSymbolicLink(SELF).toString().equals(pid)) {
                // Another namespace's: who is who there is not known here.
                return null;
            }
            BitSet locked = new BitSet();
            for (String line : Files.readAllLines(LOCKS)) {
                add(line.trim().split("\\s+"), pid, ":" + inode, end, locked);
            }
            return locked;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    private static void add(String[] words, String pid, String file, int end, BitSet locked) {
        if (words.length > LAST
                && words[KIND].equals("POSIX")
                && words[MODE].equals("WRITE")
                && words[PID].equals(pid)
                && words[FILE].endsWith(file)) {
            long first = Long.parseLong(words[FIRST]);
            long last = words[LAST].equals("EOF") ? end - 1L : Long.parseLong(words[LAST]);
            locked.set((int) Math.min(first, end), (int) Math.min(last + 1, end));
        }
    }
}
