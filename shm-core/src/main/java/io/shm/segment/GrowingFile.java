package io.shm.segment;

import io.shm.error.CorruptRegionException;
import io.shm.error.ShmException;
import io.shm.memory.Extent;
import io.shm.memory.Posix;
import io.shm.memory.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The file of a segment that grows. Its length is what is backed: space is taken at the end, and nowhere else.
 *
 * <p>Threads: safe. Processes: any number may take space at once; what two take of the same bytes is taken once. One that
 * dies leaves a file that is as long as before, or as long as it wanted it, with all of that backed.
 */
final class GrowingFile implements Extent {
    private static final int CLOSED = -1;

    private final String what;
    /** Whose room is looked at; null for memory without a name. */
    private final Path folder;

    private final long maximum;
    private int descriptor;
    private long backed;

    /**
     * With a descriptor of its own.
     *
     * @param what is growing, for messages
     * @param maximum bytes that the file never gets beyond
     */
    GrowingFile(int descriptor, String what, Path folder, long maximum) throws PosixException {
        this.what = what;
        this.folder = folder;
        this.maximum = maximum;
        this.backed = Math.min(maximum, Posix.lengthOf(descriptor));
        this.descriptor = Posix.duplicate(descriptor);
    }

    long maximum() {
        return maximum;
    }

    /** After close, what it was then. */
    @Override
    public synchronized long backedBytes() {
        if (descriptor != CLOSED) {
            long length;
            try {
                length = Posix.lengthOf(descriptor);
            } catch (PosixException e) {
                throw new ShmException("cannot see how far " + what + " has grown: " + e.getMessage(), e);
            }
            if (length < backed) {
                throw new CorruptRegionException(String.format(
                        Locale.ROOT,
                        "corrupt region: %s was truncated: it had %,d bytes and has %,d",
                        what,
                        backed,
                        length));
            }
            backed = Math.min(maximum, length);
        }
        return backed;
    }

    /** @see Segment#takeSpace */
    synchronized void take(long from, long to) {
        if (descriptor == CLOSED) {
            throw new IllegalStateException(what + " is closed");
        }
        if (from < 0 || to <= from || to > maximum) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "space for bytes %,d to %,d of %s, whose maximum is %,d", from, to, what, maximum));
        }
        long more = to - backedBytes();
        try {
            if (more > 0 && (folder == null || Space.isInMemory(folder))) {
                Space.checkMemory(what, more);
            }
            // Also where the file is as long already: somebody may have made it longer without taking the space.
            Posix.allocate(descriptor, from, to - from);
        } catch (IOException e) {
            if (Refusal.isNoSpace(e)) {
                throw Space.exhausted(what, to - from, folder == null ? SegmentPath.MEMORY_FOLDER : folder, e);
            }
            throw new ShmException("cannot grow " + what + ": " + e.getMessage(), e);
        }
    }

    /** Nothing is asked of the system after this: the number may soon be another file's. */
    synchronized void close() {
        if (descriptor != CLOSED) {
            Posix.close(descriptor);
            descriptor = CLOSED;
        }
    }
}
