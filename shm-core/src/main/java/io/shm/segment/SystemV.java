package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.IncompatibleException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.memory.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * shmget, shmat, shmdt and shmctl over files: {@code sysv-0xKEY}, or {@code sysv-private-ID} for IPC_PRIVATE, each with
 * a lock file that tells its id, its processes and times.
 *
 * <p>As the system calls do, except: an id is known as long as the segment has its name, so after IPC_RMID only those who
 * are attached see it, by {@link #stat(Segment)}; the memory then goes with the last attachment, kill -9 included. A
 * read-only attachment by a user who may not write is not counted. Ids are random, so one is not soon used again.
 *
 * <p>A refusal's message has the system's name of the error: {@code shmget key=0x1234: EEXIST: exists}. Threads and
 * processes: safe.
 */
public final class SystemV {
    public static final int IPC_PRIVATE = 0;
    public static final int IPC_CREAT = 01000;
    public static final int IPC_EXCL = 02000;

    private static final int MODE_BITS = 0777;
    private static final int ATTEMPTS = 2000;
    private static final long PAUSE_NS = 1_000_000;

    private final Path folder;

    private SystemV(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** The segments of this machine. */
    public static SystemV ofMachine() {
        return new SystemV(SegmentPath.MEMORY_FOLDER);
    }

    /** A world of keys and ids of its own. */
    public static SystemV in(Path folder) {
        return new SystemV(folder);
    }

    /**
     * The id of the segment of a key; makes it with IPC_CREAT where there is none, and for IPC_PRIVATE always.
     *
     * @param size bytes; of an existing segment at most its size, 0 for any
     * @param flags IPC_CREAT, IPC_EXCL and the permission bits
     * @throws BusyException EEXIST: with IPC_CREAT and IPC_EXCL, and there is one
     * @throws NotFoundException ENOENT: there is none, and no IPC_CREAT
     * @throws IncompatibleException EINVAL: it is smaller
     * @throws IllegalArgumentException EINVAL: no segment can have that size
     * @throws PermissionException EACCES: its mode does not grant the given bits
     */
    public int shmget(int key, long size, int flags) {
        String call = "shmget key=0x" + Integer.toHexString(key);
        if (key == IPC_PRIVATE) {
            return make(call, References.privatePath(folder, Creation.newId()), key, size, flags);
        }
        SegmentPath path = new SegmentPath(folder, References.keyedName(key));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            FileFacts facts = factsOf(path);
            if (facts != null) {
                try (LockFile lock = open(path)) {
                    LockNote note = lock.note();
                    if (Attachment.belongTogether(path, facts, lock)) {
                        return existing(call, path, facts, note, size, flags);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                continue;
            }
            if ((flags & IPC_CREAT) == 0) {
                throw new NotFoundException(call + ": ENOENT: there is no such segment");
            }
            try {
                return make(call, path, key, size, flags);
            } catch (BusyException e) {
                // Somebody else is making it: next time it is there.
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        throw new BusyException(call + ": EEXIST: another process is making or removing it");
    }

    private static int existing(String call, SegmentPath path, FileFacts facts, LockNote note, long size, int flags) {
        if ((flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL)) {
            throw new BusyException(call + ": EEXIST: exists");
        }
        if (note == null || !currentUser().may(requested(flags), facts)) {
            throw new PermissionException(call + ": EACCES: " + User.refusal("read", path.file()));
        }
        if (size > note.requestedSize()) {
            throw new IncompatibleException(String.format(
                    Locale.ROOT, "%s: EINVAL: it has %,d bytes, %,d were asked", call, note.requestedSize(), size));
        }
        return note.id();
    }

    /** The system asks whether any of the three groups of bits wants reading or writing. */
    private static int requested(int flags) {
        return (flags >> 6 | flags >> 3 | flags) & (User.READ | User.WRITE);
    }

    private int make(String call, SegmentPath path, int key, long size, int flags) {
        if (size < 1 || size > SegmentSpec.MAX_SIZE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s: EINVAL: a segment has from 1 to %,d bytes, not %,d",
                    call,
                    SegmentSpec.MAX_SIZE,
                    size));
        }
        int id = key == IPC_PRIVATE ? References.privateId(path.name()) : Creation.newId();
        SegmentSpec spec = SegmentSpec.systemV(key, size).withMode(flags & MODE_BITS);
        Creation.detached(spec, path, id);
        return id;
    }

    /**
     * Attaches; closing the segment is shmdt.
     *
     * @throws NotFoundException EINVAL: there is none of that id, or it was removed
     * @throws PermissionException EACCES: its mode does not let us
     */
    public Segment shmat(int id, Access access) {
        String call = "shmat id=" + id;
        Segment segment;
        try {
            segment = Attachment.named(find(call, id), access);
        } catch (PermissionException e) {
            throw new PermissionException(call + ": EACCES: " + e.getMessage(), e);
        }
        LockNote note = segment.lockFile().note();
        if (note == null || note.id() != id) {
            // Removed since we found it, and its key used again.
            segment.close();
            throw noSuchId(call);
        }
        return segment;
    }

    /**
     * shmctl with IPC_STAT.
     *
     * @throws NotFoundException EINVAL: there is none of that id, or it was removed
     * @throws PermissionException EACCES: its mode does not let us read
     */
    public ShmidDs stat(int id) {
        String call = "shmctl IPC_STAT id=" + id;
        SegmentPath path = find(call, id);
        try (LockFile lock = open(path)) {
            LockNote note = lock.note();
            FileFacts facts = factsOf(path);
            if (note == null || facts == null) {
                throw noSuchId(call);
            }
            return ShmidDs.of(note, facts, lock.attachCount());
        }
    }

    /** shmctl with IPC_STAT for a segment that is attached here, removed or not. */
    public static ShmidDs stat(Segment attached) {
        LockNote note = attached.lockFile().note();
        if (note == null || note.kind() != Kind.SYSV) {
            throw new IllegalArgumentException(attached + " is not an open System V segment");
        }
        LockFile lock = attached.lockFile();
        return ShmidDs.of(note, lock.facts(), lock.attachCount());
    }

    /**
     * shmctl with IPC_RMID: the key is free at once, the memory with the last attachment.
     *
     * @throws NotFoundException EINVAL: there is none of that id, or it was removed
     * @throws PermissionException EPERM: it is another user's
     */
    public void remove(int id) {
        String call = "shmctl IPC_RMID id=" + id;
        SegmentPath path = find(call, id);
        FileFacts facts = factsOf(path);
        int uid = currentUser().uid();
        if (facts != null && uid != 0 && uid != facts.uid()) {
            throw new PermissionException(call + ": EPERM: " + User.refusal("remove", path.file()));
        }
        if (!Removal.remove(path, id)) {
            throw noSuchId(call);
        }
    }

    /** All segments with their names, in no order; those that may not be read are left out. */
    public List<ShmidDs> list() {
        List<ShmidDs> rows = new ArrayList<>();
        for (SegmentPath path : paths()) {
            try (LockFile lock = open(path)) {
                LockNote note = lock.note();
                FileFacts facts = factsOf(path);
                if (note != null && facts != null) {
                    rows.add(ShmidDs.of(note, facts, lock.attachCount()));
                }
            }
        }
        return rows;
    }

    private SegmentPath find(String call, int id) {
        SegmentPath own = References.privatePath(folder, id);
        if (isThere(own)) {
            return own;
        }
        for (SegmentPath path : paths()) {
            try (LockFile lock = open(path)) {
                LockNote note = lock.note();
                if (note != null && note.id() == id) {
                    return path;
                }
            }
        }
        throw noSuchId(call);
    }

    private static NotFoundException noSuchId(String call) {
        return new NotFoundException(call + ": EINVAL: no segment has this id, or it was removed");
    }

    private List<SegmentPath> paths() {
        try {
            return Listing.names(folder).stream()
                    .filter(References::isSystemV)
                    .map(name -> new SegmentPath(folder, name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(SegmentPath path) {
        return factsOf(path) != null;
    }

    private static FileFacts factsOf(SegmentPath path) {
        try {
            return FileFacts.of(path.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static User currentUser() {
        try {
            return User.current();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LockFile open(SegmentPath path) {
        try {
            return LockFile.open(path.lockFile(), Posix.isLoaded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
