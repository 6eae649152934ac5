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
     * @param calls whether the system's calls are wanted whatever the length
     */
    static BackingFile open(Path path, FileFacts expected, Access access, boolean calls) throws IOException {
        boolean writable = access == Access.READ_WRITE;
        // A look should not pay for loading JNA.
        boolean wanted = writable || calls || expected.size() > ChannelFile.MAX_LENGTH;
        if (wanted && Posix.isAvailable()) {
            return DescriptorFile.open(path, expected, writable);
        }
        return ChannelFile.open(path, expected, writable);
    }

    /**
     * Takes the space of the whole file, all zeros, and makes it so long.
     *
     * @param again whether more shall be taken later, which not every file system allows
     */
    void allocate(long length, boolean again) throws IOException;

    /** @throws UnsupportedPlatformException for a length that only the system's call can map, where that is missing */
    Mapping map(long length, boolean populate) throws IOException;

    /**
     * Maps as many bytes as the file may ever have; it may be closed after.
     *
     * @param path of the file, for messages
     * @throws UnsupportedPlatformException where the system's calls are missing
     */
    Mapping mapGrowing(Path path, long maximum, boolean populate) throws IOException;

    FileFacts facts() throws IOException;

    @Override
    void close() throws IOException;
}
