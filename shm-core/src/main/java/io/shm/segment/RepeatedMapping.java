package io.shm.segment;

import io.shm.memory.Posix;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file that others make longer, to be looked at without the system's calls: what is mapped is what was there at the
 * last look, and the next look maps it anew. The JDK maps nothing behind the end of a file that it may not write.
 */
final class RepeatedMapping implements Mapping {
    private final ChannelFile file;
    private final Path path;
    private final long maximum;
    private Mapping current;

    /** Takes the file over. */
    RepeatedMapping(ChannelFile file, Path path, long maximum) throws IOException {
        this.file = file;
        this.path = path;
        this.maximum = maximum;
        this.current = file.map(Math.min(maximum, file.length()), false);
    }

    long length() {
        try {
            return Math.min(maximum, file.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that it has by now are mapped; those who use the memory of the last look keep that. */
    synchronized void follow() {
        try {
            long length = length();
            if (length > current.memory().size()) {
                current = length > ChannelFile.MAX_LENGTH ? mapByCall(length) : file.map(length, false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It has become too long for the JDK. One that has lost its name meanwhile is looked at as it was. */
    private Mapping mapByCall(long length) throws IOException {
        if (!Posix.isAvailable()) {
            throw ChannelFile.tooLong(length);
        }
        try (DescriptorFile again = DescriptorFile.open(path, file.facts(), false)) {
            return again == null ? current : again.map(length, false);
        } catch (IOException e) {
            if (Refusal.isMissing(e)) {
                return current;
            }
            throw e;
        }
    }

    @Override
    public synchronized SharedMemory memory() {
        return current.memory();
    }

    @Override
    public synchronized ByteBuffer view(long offset, int length) {
        return current.view(offset, length);
    }

    @Override
    public synchronized void viewsHandedOut() {
        current.viewsHandedOut();
    }

    @Override
    public Mapping isolate() {
        return this;
    }

    @Override
    public synchronized void release() {
        current.release();
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
