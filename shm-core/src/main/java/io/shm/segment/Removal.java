package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.IncompatibleException;
import io.shm.error.PermissionException;
import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Takes a segment's name away. */
final class Removal {
    private static final int ATTEMPTS = 50;
    private static final long PAUSE_NS = 1_000_000;

    private Removal() {}

    /** For {@link #remove(SegmentPath, int)}: whatever it is. */
    static final int ANY_ID = -1;

    static boolean remove(SegmentPath path) {
        return remove(path, ANY_ID);
    }

    /** Removes a System V segment only if it has that id still. */
    static boolean remove(SegmentPath path, int id) {
        try {
            Leftovers.removeFrom(path.folder());
            FileFacts facts = FileFacts.of(path.file());
            if (facts == null) {
                return false;
            }
            if (!facts.isRegular()) {
                throw Refusal.noRegularFile(path.file(), facts);
            }
            if (!Listing.isOurs(path)) {
                throw new IncompatibleException(path.file() + " is not a shm region" + start(path));
            }
            return removeClaimed(path, id);
        } catch (IOException e) {
            if (Refusal.isPermission(e)) {
                throw new PermissionException(User.refusal("remove", path.file()), e);
            }
            throw Refusal.unexpected("remove", path.file(), e);
        }
    }

    private static String start(SegmentPath path) {
        ByteBuffer bytes = Listing.firstBytes(path.file(), 4);
        StringBuilder text = new StringBuilder();
        while (bytes.hasRemaining()) {
            text.append(String.format(Locale.ROOT, " %02x", bytes.get()));
        }
        return text.isEmpty() ? "" : " (starts" + text + ")";
    }

    private static boolean removeClaimed(SegmentPath path, int id) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            LockFile lock = Claim.holdCurrent(path);
            if (lock != null) {
                try (lock) {
                    LockNote note = lock.note();
                    if (id != ANY_ID && (note == null || note.id() != id)) {
                        return false;
                    }
                    lock.stampRemoval();
                    // The segment first: with its lock file gone its users could not be told from the dead.
                    boolean removed = Files.deleteIfExists(path.file());
                    Files.deleteIfExists(path.lockFile());
                    return removed;
                }
            }
            if (isUnlockable(path)) {
                boolean removed = Files.deleteIfExists(path.file());
                Files.deleteIfExists(path.lockFile());
                return removed;
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        throw new BusyException("region '" + References.of(path) + "': another process is making or removing it");
    }

    /** Without a lock file that we may write there is no agreeing with a creator; the folder decides who may remove. */
    private static boolean isUnlockable(SegmentPath path) throws IOException {
        try (LockFile lock = LockFile.open(path.lockFile(), Posix.isAvailable())) {
            return !lock.isWritable();
        }
    }
}
