package io.shm.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Permission bits by the JDK. */
final class Permissions {
    /** From the highest bit down. */
    private static final String LETTERS = "rwxrwxrwx";

    private Permissions() {}

    /** Sets the nine bits of a file's mode, whatever the umask. */
    static void set(Path path, int mode) throws IOException {
        StringBuilder text = new StringBuilder(LETTERS);
        for (int i = 0; i < LETTERS.length(); i++) {
            if ((mode & 0400 >> i) == 0) {
                text.setCharAt(i, '-');
            }
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(text.toString()));
    }
}
