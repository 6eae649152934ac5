package io.shm.inspect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file that a snapshot becomes: written beside its final place, for this user alone, and moved there once it is
 * whole. Closing it before that removes it.
 */
final class CopyFile implements Closeable {
    private final Path target;
    private final Path unfinished;
    private final FileChannel channel;
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    CopyFile(Path file, long length) throws IOException {
        target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        unfinished = target.resolveSibling(
                "." + target.getFileName() + ".tmp." + ProcessHandle.current().pid());
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        channel = FileChannel.open(unfinished, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // What is never written stays a hole, and reads as zeros.
        write(length - 1, new byte[1], 0, 1);
    }

    void write(long offset, byte[] bytes, int from, int length) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes, from, length);
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    /** At least so long; what was not written is a hole. */
    void lengthen(long length) throws IOException {
        if (channel.size() < length) {
            write(length - 1, new byte[1], 0, 1);
        }
    }

    void writeLong(long offset, long value) throws IOException {
        word.clear().putLong(0, value);
        write(offset, word.array(), 0, Long.BYTES);
    }

    long readLong(long offset) throws IOException {
        word.clear();
        while (word.hasRemaining()) {
            if (channel.read(word, offset + word.position()) < 0) {
                throw new IOException("the copy ends at " + channel.size());
            }
        }
        return word.getLong(0);
    }

    /** Makes it appear under its name, in place of what was there. */
    void commit() throws IOException {
        channel.force(false);
        channel.close();
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(unfinished);
    }
}
