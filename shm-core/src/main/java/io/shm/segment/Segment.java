package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.IncompatibleException;
import io.shm.error.NoSpaceException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.error.UnsupportedPlatformException;
import io.shm.layout.LockFileLayout;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A mapped piece of memory that other processes map too. What its bytes mean is not known here.
 *
 * <p>Threads: safe. Processes: a segment with a name is attached whole or not found; it lives until its name is removed
 * and its last process is gone, one without a name until its last process is gone, kill -9 included.
 */
public final class Segment implements AutoCloseable {
    private final Backing backing;
    private final Access access;
    private final Mapping mapping;
    private final LockFile lockFile;
    private final String reference;
    /** The only mapping left in use once {@link #isolate} was called. */
    private Mapping isolated;

    private boolean closed;
    /** The file when it was first asked for; null where that is not known to be ours. */
    private FileFacts file;

    private boolean fileAsked;

    Segment(Backing backing, Access access, Mapping mapping, LockFile lockFile) {
        this.backing = backing;
        this.access = access;
        this.mapping = mapping;
        this.lockFile = lockFile;
        this.reference = backing.reference();
    }

    /**
     * Makes a segment, with all its space taken, and attaches it.
     *
     * <p>With a name: what a creator leaves that dies before the segment appears is removed by the next creation in the
     * folder. Of two creators at once exactly one succeeds.
     *
     * @throws BusyException if there is one of that name or key, or somebody is making or removing it
     * @throws NoSpaceException if the file system, or 80 % of the available memory, cannot hold it; nothing is left
     * @throws NotFoundException if the path's folder does not exist
     * @throws PermissionException if the system refuses to write there
     * @throws UnsupportedPlatformException if JNA is missing, for one above 2 GiB or without a name
     */
    public static Segment create(SegmentSpec spec, Initializer initializer) {
        return Creation.create(spec, initializer);
    }

    /**
     * Attaches a segment.
     *
     * <p>The system's rules decide who may: a file whose mode lets us is attached whoever owns it, and root may attach
     * every one. Links, FIFOs, directories and devices are refused without waiting.
     *
     * <p>A read-only attachment up to 2 GiB needs neither JNA nor a right to write, and changes no byte of any file. It
     * is counted if this user may write the lock file.
     *
     * @param reference a name, a path, {@code pid:PID/DESCRIPTOR} or {@code pid:PID} for a segment without a name,
     *     {@code sysv:0xKEY}
     * @throws NotFoundException if there is none
     * @throws PermissionException if its mode does not let us
     * @throws IncompatibleException if it is empty or no regular file
     * @throws IllegalArgumentException if the reference has no such form
     */
    public static Segment attach(String reference, Access access) {
        return Attachment.attach(reference, access, false);
    }

    /**
     * Attaches a segment to look at it: as {@link #attach} read-only, but of one with a name that grows, too, up to 2 GiB
     * without JNA. {@link #memory()} may then be as it was at the last {@link #follow()}.
     */
    public static Segment look(String reference) {
        return Attachment.attach(reference, Access.READ_ONLY, true);
    }

    /**
     * Removes the name of a segment and its lock file; the memory stays until the last process lets it go.
     *
     * <p>A process that dies in here leaves a lock file without a segment, which the next creation takes over.
     *
     * @return false if there was no such name
     * @throws BusyException if somebody is making it
     * @throws PermissionException if the system refuses
     * @throws IncompatibleException if the file is no segment of ours: neither a lock file beside it nor our magic in it
     */
    public static boolean remove(String reference) {
        return Removal.remove(References.pathOf(reference));
    }

    /**
     * The bytes. Kept beyond {@link #close()} it reads zeros, or the last bytes, and never faults.
     *
     * @throws IllegalStateException after close
     */
    public SharedMemory memory() {
        checkOpen();
        return mapping.memory();
    }

    /** Bytes as its creator asked; those that are mapped where nothing tells. */
    public long requestedSize() {
        return backing.requestedSize();
    }

    /** Bytes that are mapped and backed: the length of the file. Of one that grows there are more and more. */
    public long mappedSize() {
        return mapping.memory().sizeFor(maximumSize());
    }

    /** Bytes that it has by now, mapped here or, after {@link #look}, not yet. */
    public long length() {
        return mapping instanceof RepeatedMapping repeated ? repeated.length() : mappedSize();
    }

    /** Bytes that it may ever have; the mapped ones, if it does not grow. */
    public long maximumSize() {
        return mapping.file() == null ? mapping.memory().size() : mapping.file().maximum();
    }

    /**
     * Takes the space of some bytes of a segment that grows, and makes it so long if it is shorter. All of it or, as far
     * as the file system can, nothing. What is there already stays as it is.
     *
     * <p>Processes: any number at once. A crash leaves the file as it was, or as long as was asked, with its space taken.
     *
     * @throws NoSpaceException if the file system, or 80 % of the available memory, cannot hold it
     * @throws IllegalArgumentException beyond the maximum
     * @throws IllegalStateException after close, and if it does not grow
     */
    public void takeSpace(long from, long to) {
        checkOpen();
        if (mapping.file() == null || access == Access.READ_ONLY) {
            throw new IllegalStateException("segment " + reference + " does not grow");
        }
        mapping.file().take(from, to);
    }

    /** Of a segment attached by {@link #look}: {@link #memory()} shows what it has by now, and may be another after this. */
    public void follow() {
        checkOpen();
        if (mapping instanceof RepeatedMapping repeated) {
            repeated.follow();
        }
    }

    public Kind kind() {
        return backing.kind();
    }

    /** What another process passes to attach. It changes when the hand-over descriptor is closed. */
    public String reference() {
        return isClosed() || backing.handOver() == null ? reference : backing.reference();
    }

    /**
     * Whether the file has become shorter than its mapping: what lies behind its end cannot be touched any more. One look
     * at the file; false for a segment without a name, and once the name is gone. The first call remembers which file it
     * is, so it is made early.
     */
    public synchronized boolean isTruncated() {
        if (closed || path() == null) {
            return false;
        }
        try {
            // Before the look: of a segment that grows we know of more only afterwards.
            long known = mapping.memory().size();
            FileFacts now = FileFacts.of(path());
            if (!fileAsked) {
                fileAsked = true;
                // Who removes a segment unlinks its lock file last: as long as that is ours, so was what we saw.
                FileFacts lockNow = FileFacts.of(backing.path().lockFile());
                file = lockNow != null && lockFile.isPresent() && lockNow.isSameFile(lockFile.facts()) ? now : null;
            }
            return now != null && now.isSameFile(file) && now.size() < known;
        } catch (IOException e) {
            return false;
        }
    }

    /** Null for a segment without a name. */
    public Path path() {
        return backing.path() == null ? null : backing.path().file();
    }

    /** Permission bits when it was attached. */
    public int mode() {
        return backing.mode();
    }

    public Access access() {
        return access;
    }

    /** Who is alive; closed with the segment. */
    public LockFile lockFile() {
        return lockFile;
    }

    /**
     * A view of some bytes, little-endian, read-only if the segment is. After close it reads zeros, or the last bytes.
     *
     * @param offset bytes from the start
     * @throws IndexOutOfBoundsException outside the mapping
     * @throws IllegalStateException after close
     */
    public synchronized ByteBuffer byteBuffer(long offset, int length) {
        checkOpen();
        ByteBuffer view = mapping.view(offset, length);
        return (access == Access.READ_ONLY ? view.asReadOnlyBuffer() : view).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** To be called before an address leaves the library: from now on the address range is never used for anything else. */
    public synchronized void viewsHandedOut() {
        checkOpen();
        mapping.viewsHandedOut();
    }

    /**
     * Closes the descriptor by which others can attach a segment without a name; after this only root can, by
     * {@code pid:PID}. Idempotent; without effect on a segment with a name.
     *
     * @throws IllegalStateException for one that grows, which it does by such a descriptor
     */
    public synchronized void closeHandOver() {
        if (backing.handOver() != null) {
            if (mapping.file() != null && !closed) {
                throw new IllegalStateException(
                        "segment " + reference + " may grow, for which it needs a descriptor as long as it is open");
            }
            backing.handOver().close();
        }
    }

    /**
     * Takes the memory away from every thread and view that uses it, and gives it to the caller alone. They see zeros from
     * then on, as after {@link #close()}; so whoever leaves can tidy up without a thread of its own writing behind its
     * back. (Without JNA they keep the bytes.)
     */
    public synchronized SharedMemory isolate() {
        checkOpen();
        if (isolated == null) {
            isolated = mapping.isolate();
        }
        return isolated.memory();
    }

    /**
     * Lets the memory go and gives the attachment back. Idempotent.
     *
     * <p>A thread that still uses the memory, and any view of it, sees zeros from then on instead of a fault (without JNA,
     * and for read-only attachments up to 2 GiB, the bytes; those go when the last view is collected).
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            mapping.release();
            if (isolated != null) {
                isolated.release();
            }
        } finally {
            closeHandOver();
            if (access == Access.READ_WRITE && lockFile.holdsAttachment()) {
                lockFile.stamp(LockFileLayout.DETACHED_AT_OFFSET);
            }
            lockFile.close();
        }
    }

    /** Whether {@link #close()} was called. */
    public synchronized boolean isClosed() {
        return closed;
    }

    private void checkOpen() {
        if (isClosed()) {
            throw new IllegalStateException("segment " + reference + " is closed");
        }
    }

    @Override
    public String toString() {
        return "Segment[" + reference + ", " + backing.kind() + ", "
                + mapping.memory().size() + " bytes, " + access + (isClosed() ? ", closed" : "") + "]";
    }
}
