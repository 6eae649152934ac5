package io.shm.cli.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file of bytes that appears as a whole or not at all: written beside its place, moved there by {@link #commit}.
 * Closing without a commit leaves what was there. What is no ordinary file, such as a pipe, is written as it goes.
 */
public final class WholeFile implements AutoCloseable {
    private final Path target;
    private final Path unfinished;
    private final OutputStream stream;

    private WholeFile(Path target, Path unfinished) throws IOException {
        this.target = target;
        this.unfinished = unfinished;
        this.stream = new BufferedOutputStream(
                unfinished == null
                        ? Files.newOutputStream(target)
                        : Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                1 << 16);
    }

    /** @param file neither a folder nor in one that does not exist */
    public static WholeFile at(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new WholeFile(file, null);
        }
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        return new WholeFile(
                target,
                target.resolveSibling("." + target.getFileName() + ".tmp."
                        + ProcessHandle.current().pid()));
    }

    public OutputStream stream() {
        return stream;
    }

    /** Everything is written: makes it visible. */
    public void commit() throws IOException {
        stream.close();
        if (unfinished != null) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(target));
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            if (unfinished != null) {
                Files.deleteIfExists(unfinished);
            }
        }
    }
}
