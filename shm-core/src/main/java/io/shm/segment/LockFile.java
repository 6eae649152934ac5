package io.shm.segment;

import io.shm.error.IncompatibleException;
import io.shm.error.PermissionException;
import io.shm.error.ShmException;
import io.shm.layout.LockFileLayout;
import io.shm.memory.Posix;
import io.shm.memory.PosixException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/**
 * The file beside a segment whose locked bytes say who is alive, and whose content says what the segment is.
 *
 * <p>Bytes 0 to 46 belong to the participants of a region, 1024 to 2047 to attachments, 4096 to whoever makes or removes
 * the segment. A held byte is an exclusive lock: somebody alive has it. The kernel lets go when the process ends, however
 * it ends.
 *
 * <p>The file is never made by an attachment: with a second lock file the living would look dead. Where it is absent,
 * or may not be read, nothing can be held and every probe says {@link Held#UNKNOWN}.
 *
 * <p>Threads: safe. Processes: a byte has at most one holder among all processes and all objects of this class.
 */
public final class LockFile implements AutoCloseable {
    /** How many bytes, from 0 on, belong to participants. */
    public static final int PARTICIPANTS = 47;

    static final int FIRST_ATTACHMENT = 1024;
    static final int END_OF_ATTACHMENTS = 2048;
    static final int MAKING = 4096;

    private static final int ATTEMPTS = 1000;
    private static final long PAUSE_NS = 100_000;

    /** What a probe finds. */
    public enum Held {
        HELD,
        FREE,
        UNKNOWN
    }

    private final ByteLocks locks;
    private final BitSet own = new BitSet();
    private boolean closed;

    /** @param locks null when the file is absent */
    LockFile(ByteLocks locks) {
        this.locks = locks;
    }

    /**
     * Opens the lock file of a segment with a name, to look or to hold.
     *
     * @param reference a name or a path of the segment; neither needs to exist
     */
    public static LockFile of(String reference) {
        try {
            return open(References.pathOf(reference).lockFile(), Posix.isLoaded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An absent file gives a LockFile that knows nothing. */
    static LockFile open(Path path, boolean byDescriptor) throws IOException {
        while (true) {
            FileFacts facts = FileFacts.of(path);
            if (facts == null) {
                return new LockFile(null);
            }
            if (!facts.isRegular()) {
                throw new IncompatibleException(path + " is " + facts.describeType() + ", not a lock file");
            }
            try {
                ByteLocks locks = byDescriptor ? openDescriptor(path, facts) : ChannelLocks.open(path, facts);
                if (locks != null) {
                    return new LockFile(locks);
                }
            } catch (IOException e) {
                if (Refusal.isPermission(e)) {
                    return new LockFile(null);
                }
                if (!Refusal.isMissing(e)) {
                    throw e;
                }
            }
            // Removed meanwhile, and perhaps made again: look again.
        }
    }

    private static ByteLocks openDescriptor(Path path, FileFacts expected) throws IOException {
        boolean writable = true;
        int descriptor;
        try {
            descriptor = Posix.open(path, Posix.O_RDWR, 0);
        } catch (PosixException e) {
            descriptor = Posix.open(path, Posix.O_RDONLY, 0);
            writable = false;
        }
        if (!expected.isSameFile(FileFacts.ofDescriptor(descriptor))) {
            Posix.close(descriptor);
            return null;
        }
        return new DescriptorLocks(descriptor, writable);
    }

    /** Whether there is such a file and it may be read. */
    public boolean isPresent() {
        return locks != null;
    }

    /** Whether bytes of it can be held. */
    boolean isWritable() {
        return locks != null && locks.isWritable();
    }

    /** Inode number of the file; 0 when it is absent. */
    public long inode() {
        return locks == null ? 0 : facts().inode();
    }

    FileFacts facts() {
        try {
            return locks.facts();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Takes a byte for as long as this object is open and the process lives. False when somebody else has it or this
     * object has it already, and when the file is absent or may not be written.
     *
     * <p>A process that only looks may lock the byte for an instant; that is waited for, a tenth of a
     * second or so at most.
     */
    public synchronized boolean tryHold(int index) {
        checkIndex(index);
        if (closed || locks == null || !locks.isWritable() || own.get(index)) {
            return false;
        }
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (locks.tryLock(index)) {
                    own.set(index);
                    return true;
                }
                if (locks.isHeldElsewhere(index)) {
                    return false;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
            return false;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Gives a byte back; without effect on one that this object does not hold. */
    public synchronized void letGo(int index) {
        checkIndex(index);
        if (closed || !own.get(index)) {
            return;
        }
        try {
            locks.unlock(index);
            own.clear(index);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Takes again what the system has dropped behind our back: without JNA any code of this process that opens and closes the
     * file does that. Costs the reading of {@code /proc/locks} there, nothing with JNA.
     *
     * @return how many bytes were lost; as long as one is, whoever looks sees a process without its lock, and spares it
     */
    public synchronized int retakeLost() {
        if (closed || locks == null) {
            return 0;
        }
        try {
            return locks.retakeLost();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Whether anybody holds the byte, this object included. UNKNOWN when the file is absent or closed. */
    public synchronized Held probe(int index) {
        checkIndex(index);
        if (closed || locks == null) {
            return Held.UNKNOWN;
        }
        try {
            return own.get(index) || locks.isHeldElsewhere(index) ? Held.HELD : Held.FREE;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * How many attachments there are, this object's own included; -1 when the file is absent or closed. A read-only
     * attachment by a user who may not write the lock file is not counted.
     */
    public synchronized int attachCount() {
        return count(FIRST_ATTACHMENT, END_OF_ATTACHMENTS);
    }

    /** How many bytes of participants and attachments are held; -1 as above. */
    synchronized int heldCount() {
        int participants = count(0, PARTICIPANTS);
        return participants < 0 ? -1 : participants + attachCount();
    }

    private int count(int first, int end) {
        if (closed || locks == null) {
            return -1;
        }
        try {
            return locks.countHeldElsewhere(first, end) + own.get(first, end).cardinality();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Holds one of the attachment bytes; false when the file is absent or may not be written, or all are taken. */
    synchronized boolean holdAttachment() {
        if (closed || locks == null || !locks.isWritable()) {
            return false;
        }
        int places = END_OF_ATTACHMENTS - FIRST_ATTACHMENT;
        int start = (int) (System.nanoTime() >>> 4);
        try {
            for (int i = 0; i < places; i++) {
                int index = FIRST_ATTACHMENT + Math.floorMod(start + i, places);
                if (!own.get(index) && locks.tryLock(index)) {
                    own.set(index);
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    synchronized boolean holdsAttachment() {
        return own.nextSetBit(FIRST_ATTACHMENT) >= 0 && own.nextSetBit(FIRST_ATTACHMENT) < END_OF_ATTACHMENTS;
    }

    /** What the file says about its segment; null when it is absent or says nothing. */
    synchronized LockNote note() {
        if (closed || locks == null) {
            return null;
        }
        try {
            return LockNote.of(locks.read(LockFileLayout.LENGTH));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void write(LockNote note) throws IOException {
        locks.write(0, note.bytes());
    }

    /** Notes an attachment or detachment: who and when. Without effect where the file may not be written. */
    synchronized void stamp(int timeOffset) {
        if (closed || locks == null || !locks.isWritable()) {
            return;
        }
        ByteBuffer time = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        time.putLong(0, System.currentTimeMillis());
        ByteBuffer pid = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        pid.putInt(0, (int) ProcessHandle.current().pid());
        try {
            locks.write(timeOffset, time.array());
            locks.write(LockFileLayout.LAST_PID_OFFSET, pid.array());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Tells those who stay attached that the name is gone. */
    void stampRemoval() {
        stamp(LockFileLayout.REMOVED_AT_OFFSET);
    }

    /** Gives all bytes back. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed && locks != null) {
            locks.close();
        }
        closed = true;
        own.clear();
    }

    private static void checkIndex(int index) {
        if (index < 0 || index > MAKING) {
            throw new IndexOutOfBoundsException("no such byte in a lock file: " + index + ", the last is " + MAKING);
        }
    }

    private static ShmException failure(IOException e) {
        return e instanceof AccessDeniedException
                ? new PermissionException("lock file: " + e.getMessage(), e)
                : new ShmException("lock file: " + e.getMessage(), e);
    }
}
