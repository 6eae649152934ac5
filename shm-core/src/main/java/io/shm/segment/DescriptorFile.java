package io.shm.segment;

import io.shm.error.UnsupportedPlatformException;
import io.shm.memory.Posix;
import io.shm.memory.PosixException;
import java.io.IOException;
import java.nio.file.Path;

/** A file by its descriptor. */
final class DescriptorFile implements BackingFile {
    private static final int CHUNK_BYTES = 1 << 20;

    private final int descriptor;
    private final boolean writable;

    /** Takes over an open descriptor, and closes it in the end. */
    DescriptorFile(int descriptor, boolean writable) {
        this.descriptor = descriptor;
        this.writable = writable;
    }

    static DescriptorFile create(Path path, int mode) throws PosixException {
        int descriptor = Posix.open(path, Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL, mode);
        DescriptorFile file = new DescriptorFile(descriptor, true);
        try {
            Posix.changeMode(descriptor, mode);
            return file;
        } catch (PosixException e) {
            file.close();
            throw e;
        }
    }

    static DescriptorFile open(Path path, FileFacts expected, boolean writable) throws IOException {
        DescriptorFile file =
                new DescriptorFile(Posix.open(path, writable ? Posix.O_RDWR : Posix.O_RDONLY, 0), writable);
        if (expected.isSameFile(file.facts())) {
            return file;
        }
        file.close();
        return null;
    }

    int descriptor() {
        return descriptor;
    }

    @Override
    public void allocate(long length, boolean again) throws PosixException {
        try {
            Posix.allocate(descriptor, 0, length);
        } catch (PosixException e) {
            if (e.errno() != PosixException.EOPNOTSUPP) {
                throw e;
            }
            if (again) {
                // Zeros written behind the end might be written over what another has put there meanwhile.
                throw new UnsupportedPlatformException(
                        "a segment that grows needs a file system that can take space in advance (fallocate)", e);
            }
            writeZeros(length);
        }
    }

    private void writeZeros(long length) throws PosixException {
        byte[] zeros = new byte[CHUNK_BYTES];
        for (long done = 0; done < length; done += zeros.length) {
            Posix.write(descriptor, length - done < zeros.length ? new byte[(int) (length - done)] : zeros, done);
        }
    }

    @Override
    public Mapping map(long length, boolean populate) throws PosixException {
        return mapped(new NativeMapping(descriptor, length, writable), populate);
    }

    private static Mapping mapped(NativeMapping mapping, boolean populate) {
        if (populate) {
            mapping.populate();
        }
        return mapping;
    }

    @Override
    public Mapping mapGrowing(Path path, long maximum, boolean populate) throws PosixException {
        GrowingFile growing = new GrowingFile(descriptor, path.toString(), path.getParent(), maximum);
        return mapped(NativeMapping.growing(descriptor, growing, writable), populate);
    }

    @Override
    public FileFacts facts() throws IOException {
        return FileFacts.ofDescriptor(descriptor);
    }

    @Override
    public void close() {
        Posix.close(descriptor);
    }
}
