package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.PermissionException;
import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to make or to remove a segment of some name: its lock file, byte {@link LockFile#MAKING}.
 *
 * <p>Whoever holds the byte of the file that is under the name now may put a segment there or take it away. The kernel
 * ends the claim of a process that dies.
 */
final class Claim {
    private static final int ATTEMPTS = 50;
    private static final long PAUSE_NS = 1_000_000;

    private Claim() {}

    /**
     * Claims a name for which there is no segment; makes the lock file, or takes over one that a dead creator left.
     * Until the segment is published only its owner may open it.
     *
     * @throws BusyException if there is such a segment, or somebody is making or removing it
     */
    static LockFile take(SegmentPath path) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean made = makeLockFile(path.lockFile());
            LockFile lock = holdCurrent(path);
            if (lock == null) {
                if (FileFacts.of(path.file()) != null) {
                    break;
                }
                LockSupport.parkNanos(PAUSE_NS);
                continue;
            }
            boolean kept = false;
            try {
                if (FileFacts.of(path.file()) != null) {
                    if (made && lock.note() == null) {
                        // The segment had lost its lock file; one that nobody holds would make its users look dead.
                        // With a note it is in use: another creator has claimed the file that we made.
                        Files.deleteIfExists(path.lockFile());
                    }
                    break;
                }
                if (made || isFree(lock, path)) {
                    kept = true;
                    return lock;
                }
                // Its segment was removed and is still in use: that file is theirs, a new segment needs a new one.
                Files.deleteIfExists(path.lockFile());
            } finally {
                if (!kept) {
                    lock.close();
                }
            }
        }
        if (FileFacts.of(path.file()) != null) {
            throw Creation.exists(path);
        }
        throw new BusyException(
                "region '" + References.of(path) + "' exists: another process is making or removing " + path.file());
    }

    private static boolean makeLockFile(Path lockFile) throws IOException {
        try {
            Files.createFile(
                    lockFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** A left lock file can be used again if it is of this user and nobody holds a byte of it. */
    private static boolean isFree(LockFile lock, SegmentPath path) throws IOException {
        if (lock.heldCount() != 0) {
            return false;
        }
        int owner = lock.facts().uid();
        int self = User.current().uid();
        if (owner != self) {
            if (self == 0) {
                return false;
            }
            throw new PermissionException(User.refusal("use", path.lockFile()));
        }
        return true;
    }

    /**
     * Opens the lock file and holds its byte for making; null when there is none, somebody else holds it, or it was
     * replaced meanwhile.
     */
    static LockFile holdCurrent(SegmentPath path) throws IOException {
        LockFile lock = LockFile.open(path.lockFile(), Posix.isAvailable());
        boolean kept = false;
        try {
            kept = lock.tryHold(LockFile.MAKING) && lock.facts().isSameFile(FileFacts.of(path.lockFile()));
            return kept ? lock : null;
        } finally {
            if (!kept) {
                lock.close();
            }
        }
    }
}
