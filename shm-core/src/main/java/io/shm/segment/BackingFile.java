package io.shm.segment;

import io.shm.error.UnsupportedPlatformException;
import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.file.Path;

/** An open file to be mapped: by the system's calls, or by the JDK up to 2 GiB. */
interface BackingFile extends AutoCloseable {
    /** Makes a file that is not there; its mode is set whatever the umask. */
    static BackingFile create(Path path, int mode) throws IOException {
        return Posix.isAvailable() ? DescriptorFile.create(path, mode) : ChannelFile.create(path, mode);
    }

    /**
     * Opens a regular file without following a link.
     *
     * @param expected what was seen under the path just before; null is returned if it is another file now
     */
    static BackingFile open(Path path, FileFacts expected, Access access) throws IOException {
        boolean writable = access == Access.READ_WRITE;
        // A look should not pay for loading JNA.
        if (writable ? Posix.isAvailable() : expected.size() > ChannelFile.MAX_LENGTH && Posix.isAvailable()) {
            return DescriptorFile.open(path, expected, writable);
        }
        return ChannelFile.open(path, expected, writable);
    }

    /** Takes the space of the whole file, all zeros, and makes it so long. */
    void allocate(long length) throws IOException;

    /** @throws UnsupportedPlatformException for a length that only the system's call can map, where that is missing */
    Mapping map(long length, boolean populate) throws IOException;

    FileFacts facts() throws IOException;

    @Override
    void close() throws IOException;
}
