package io.shm.cli;

import io.shm.cli.command.UsageException;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Where the output goes: standard output, or a file that changes as a whole or not at all. Always UTF-8.
 *
 * <p>A file is written beside its final place, and moved there by {@link #commit}; closing without a commit removes
 * what was written.
 */
final class Output implements Appendable, Closeable, Flushable {
    private static final int BUFFER = 1 << 16;

    private final Writer to;
    private final boolean ownsStream;
    private final Path unfinished;
    private final Path target;

    private Output(OutputStream stream, boolean ownsStream, Path unfinished, Path target) {
        this.to = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), BUFFER);
        this.ownsStream = ownsStream;
        this.unfinished = unfinished;
        this.target = target;
    }

    /**
     * @param file null for the stream
     * @throws UsageException if the file is a directory or its folder does not exist
     */
    static Output to(Path file, OutputStream stream) throws IOException {
        if (file == null) {
            return new Output(stream, false, null, null);
        }
        if (Files.isDirectory(file)) {
            throw new UsageException("-o " + file + " is a directory; a file is needed");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new Output(Files.newOutputStream(file), true, null, null);
        }
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("-o " + file + ": there is no folder " + folder);
        }
        Path unfinished = folder.resolve(
                "." + target.getFileName() + ".tmp." + ProcessHandle.current().pid());
        OutputStream bytes = Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        unfinished.toFile().deleteOnExit();
        return new Output(bytes, true, unfinished, target);
    }

    @Override
    public Output append(CharSequence text) throws IOException {
        return append(text, 0, text.length());
    }

    @Override
    public Output append(CharSequence text, int start, int end) throws IOException {
        try {
            to.append(text, start, end);
        } catch (IOException e) {
            throw orClosed(e);
        }
        return this;
    }

    @Override
    public Output append(char c) throws IOException {
        try {
            to.append(c);
        } catch (IOException e) {
            throw orClosed(e);
        }
        return this;
    }

    @Override
    public void flush() throws IOException {
        try {
            to.flush();
        } catch (IOException e) {
            throw orClosed(e);
        }
    }

    /** Everything is written: makes it visible. */
    void commit() throws IOException {
        flush();
        if (unfinished != null) {
            to.close();
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(target));
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        if (ownsStream) {
            try {
                to.close();
            } finally {
                if (unfinished != null) {
                    Files.deleteIfExists(unfinished);
                }
            }
        }
    }

    private static IOException orClosed(IOException e) {
        if (e.getMessage() != null && e.getMessage().contains("Broken pipe")) {
            throw new OutputClosedException(e);
        }
        return e;
    }
}
