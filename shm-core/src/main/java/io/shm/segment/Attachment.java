package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.IncompatibleException;
import io.shm.layout.LockFileLayout;
import io.shm.memory.Posix;
import java.io.IOException;

/** Finds a segment and maps it. */
final class Attachment {
    /** How often a segment may be removed and made again while we look. */
    private static final int ATTEMPTS = 100;

    private Attachment() {}

    /** @param look by mapping anew what has grown, rather than by the system's calls */
    static Segment attach(String reference, Access access, boolean look) {
        References.OfProcess process = References.ofProcess(reference);
        return process == null ? named(References.pathOf(reference), access, look) : Nameless.attach(process, access);
    }

    static Segment named(SegmentPath path, Access access) {
        return named(path, access, false);
    }

    private static Segment named(SegmentPath path, Access access, boolean look) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Segment segment = tryNamed(path, access, look);
                if (segment != null) {
                    return segment;
                }
            }
        } catch (IOException e) {
            if (Refusal.isPermission(e)) {
                throw Refusal.attach(path.file(), access, e);
            }
            throw Refusal.unexpected("attach", path.file(), e);
        }
        throw new BusyException("region '" + References.of(path) + "' is being removed and made all the time");
    }

    /** Null when the files were replaced meanwhile. */
    private static Segment tryNamed(SegmentPath path, Access access, boolean look) throws IOException {
        FileFacts facts = FileFacts.of(path.file());
        if (facts == null) {
            throw Refusal.noRegion(path);
        }
        if (!facts.isRegular()) {
            throw Refusal.noRegularFile(path.file(), facts);
        }
        if (facts.size() == 0) {
            throw new IncompatibleException(path.file() + " is not a shm region (empty)");
        }
        boolean byDescriptor = access == Access.READ_WRITE ? Posix.isAvailable() : Posix.isLoaded();
        LockFile lock = LockFile.open(path.lockFile(), byDescriptor);
        boolean kept = false;
        BackingFile file = null;
        try {
            LockNote note = lock.note();
            long maximum = LockNote.maximumOf(note, facts.size());
            file = BackingFile.open(path.file(), facts, access, maximum != 0 && !look);
            if (file == null || !belongTogether(path, facts, lock)) {
                return null;
            }
            Mapping mapping;
            if (maximum == 0) {
                mapping = file.map(facts.size(), false);
            } else if (file instanceof ChannelFile channel && look) {
                mapping = new RepeatedMapping(channel, path.file(), maximum);
                file = null;
            } else {
                mapping = file.mapGrowing(path.file(), maximum, false);
            }
            kept = true;
            return attached(path, facts, mapping, lock, note, access);
        } catch (IOException e) {
            if (Refusal.isMissing(e)) {
                return null;
            }
            throw e;
        } finally {
            if (file != null) {
                file.close();
            }
            if (!kept) {
                lock.close();
            }
        }
    }

    /**
     * The lock file was opened first and is under its name still, and the segment was under its own in between: so they
     * are of one creation. Otherwise we might hold a byte of another segment's lock file.
     */
    static boolean belongTogether(SegmentPath path, FileFacts facts, LockFile lock) throws IOException {
        if (!facts.isSameFile(FileFacts.of(path.file()))) {
            return false;
        }
        FileFacts current = FileFacts.of(path.lockFile());
        return !lock.isPresent() || lock.facts().isSameFile(current);
    }

    private static Segment attached(
            SegmentPath path, FileFacts facts, Mapping mapping, LockFile lock, LockNote note, Access access) {
        Kind kind = References.isSystemV(path.name()) ? Kind.SYSV : Kind.NAMED;
        long requested = note == null ? facts.size() : note.requestedSize();
        boolean counted = lock.holdAttachment();
        if (access == Access.READ_WRITE && counted) {
            lock.stamp(LockFileLayout.ATTACHED_AT_OFFSET);
        }
        Backing backing = new Backing(kind, path, null, requested, facts.mode());
        return new Segment(backing, access, mapping, lock);
    }
}
