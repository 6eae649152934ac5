package io.shm.segment;

import io.shm.error.UnsupportedPlatformException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/** A file by the JDK alone. */
final class ChannelFile implements BackingFile {
    static final long MAX_LENGTH = Integer.MAX_VALUE;

    private static final int CHUNK_BYTES = 1 << 20;

    private final FileChannel channel;
    private final FileFacts facts;
    private final boolean writable;

    private ChannelFile(FileChannel channel, FileFacts facts, boolean writable) {
        this.channel = channel;
        this.facts = facts;
        this.writable = writable;
    }

    static ChannelFile create(Path path, int mode) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(
                path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Permissions.set(path, mode);
            return new ChannelFile(channel, FileFacts.of(path), true);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A FIFO put in the file's place between the look and the opening would make this wait; nobody gains by that. */
    static ChannelFile open(Path path, FileFacts expected, boolean writable) throws IOException {
        Set<OpenOption> options = writable
                ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(path, options);
        FileFacts facts = FileFacts.of(path);
        if (expected.isSameFile(facts)) {
            return new ChannelFile(channel, facts, writable);
        }
        channel.close();
        return null;
    }

    @Override
    public void allocate(long length, boolean again) throws IOException {
        checkLength(length);
        ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
        for (long done = 0; done < length; ) {
            zeros.clear().limit((int) Math.min(CHUNK_BYTES, length - done));
            done += channel.write(zeros, done);
        }
    }

    @Override
    public Mapping map(long length, boolean populate) throws IOException {
        checkLength(length);
        return new ChannelMapping(channel.map(writable ? MapMode.READ_WRITE : MapMode.READ_ONLY, 0, length));
    }

    @Override
    public Mapping mapGrowing(Path path, long maximum, boolean populate) {
        throw new UnsupportedPlatformException("a segment that grows needs JNA on 64-bit Linux");
    }

    long length() throws IOException {
        return channel.size();
    }

    private static void checkLength(long length) {
        if (length > MAX_LENGTH) {
            throw tooLong(length);
        }
    }

    static UnsupportedPlatformException tooLong(long length) {
        return new UnsupportedPlatformException(String.format(
                Locale.ROOT,
                "a segment of %,d bytes needs JNA on 64-bit Linux; without it %,d is the most",
                length,
                MAX_LENGTH));
    }

    @Override
    public FileFacts facts() {
        return facts;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
