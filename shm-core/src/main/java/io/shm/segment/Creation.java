package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.error.UnsupportedPlatformException;
import io.shm.layout.LockFileLayout;
import io.shm.memory.Posix;
import io.shm.memory.PosixException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes a segment that has files: claims the name by its lock file, fills an unfinished file, gives it the name if
 * nothing has it (rename without replacing, else link), and lets the claim go.
 *
 * <p>A creator that dies leaves a lock file that nobody holds and an unfinished file that names it: see
 * {@link Leftovers}. Without rename, one that dies right after publishing leaves a second name of a complete segment,
 * which goes the same way.
 */
final class Creation {
    private final SegmentSpec spec;
    private final SegmentPath path;
    private final Path temporary;
    private final int id;

    private Creation(SegmentSpec spec, SegmentPath path, int id) throws IOException {
        this.spec = spec;
        this.path = path;
        this.id = id;
        this.temporary = path.temporary(Creator.current());
    }

    static Segment create(SegmentSpec spec, Initializer initializer) {
        return switch (spec.kind()) {
            case NAMED -> attached(spec, References.pathOf(spec.name()), 0, initializer);
            case ANONYMOUS, ZERO -> Nameless.create(spec, initializer);
            case SYSV -> systemV(spec, initializer);
        };
    }

    private static Segment systemV(SegmentSpec spec, Initializer initializer) {
        int id = newId();
        Path folder = SegmentPath.MEMORY_FOLDER;
        SegmentPath path = spec.key() == SystemV.IPC_PRIVATE
                ? References.privatePath(folder, id)
                : new SegmentPath(folder, References.keyedName(spec.key()));
        return attached(spec, path, id, initializer);
    }

    private static Segment attached(SegmentSpec spec, SegmentPath path, int id, Initializer initializer) {
        return withFiles(spec, path, id, unfinished -> {
            unfinished.lockFile().holdAttachment();
            unfinished.lockFile().stamp(LockFileLayout.ATTACHED_AT_OFFSET);
            initializer.initialize(unfinished);
        });
    }

    /** Makes a segment that nobody has attached. */
    static void detached(SegmentSpec spec, SegmentPath path, int id) {
        withFiles(spec, path, id, Initializer.NOTHING).close();
    }

    private static Segment withFiles(SegmentSpec spec, SegmentPath path, int id, Initializer initializer) {
        try {
            if (spec.grows() && !Posix.isAvailable()) {
                throw new UnsupportedPlatformException("a segment that grows needs JNA on 64-bit Linux");
            }
            if (!Files.isDirectory(path.folder())) {
                throw new NotFoundException("cannot create " + path.file() + ": there is no folder " + path.folder());
            }
            if (FileFacts.of(path.file()) != null) {
                throw exists(path);
            }
            Leftovers.removeFrom(path.folder());
            if (Space.isInMemory(path.folder())) {
                Space.checkMemory(path.file().toString(), spec.mappedSize());
            }
            return new Creation(spec, path, id).run(initializer);
        } catch (IOException e) {
            if (Refusal.isNoSpace(e)) {
                throw Space.exhausted(path.file().toString(), spec.mappedSize(), path.folder(), e);
            }
            if (Refusal.isPermission(e)) {
                throw new PermissionException(User.refusal("create " + path.file() + " in", path.folder()), e);
            }
            throw Refusal.unexpected("create", path.file(), e);
        }
    }

    private Segment run(Initializer initializer) throws IOException {
        LockFile lock = Claim.take(path);
        Segment segment = null;
        boolean published = false;
        try {
            segment = fill(lock);
            initializer.initialize(segment);
            Permissions.set(path.lockFile(), spec.mode());
            publish();
            published = true;
            return segment;
        } finally {
            Files.deleteIfExists(temporary);
            if (published) {
                lock.letGo(LockFile.MAKING);
            } else {
                // Before the claim goes: whoever waits for it must not find this file again.
                Files.deleteIfExists(path.lockFile());
                if (segment != null) {
                    segment.close();
                }
                lock.close();
            }
        }
    }

    /** A file that came under the name without a claim is not replaced. */
    private void publish() throws IOException {
        try {
            if (Posix.isAvailable() && publishByRename()) {
                return;
            }
            Files.createLink(path.file(), temporary);
        } catch (FileAlreadyExistsException e) {
            throw exists(path);
        }
    }

    /** Better than a link: the mapping is known by its final name, and there are never two. False where it cannot be. */
    private boolean publishByRename() throws PosixException {
        try {
            Posix.renameToNew(temporary, path.file());
            return true;
        } catch (PosixException e) {
            return switch (e.errno()) {
                case PosixException.EEXIST -> throw exists(path);
                case PosixException.EINVAL, PosixException.ENOSYS -> false;
                default -> throw e;
            };
        }
    }

    private Segment fill(LockFile lock) throws IOException {
        Mapping mapping;
        try (BackingFile file = BackingFile.create(temporary, spec.mode())) {
            file.allocate(spec.mappedSize(), spec.grows());
            mapping = spec.grows()
                    ? file.mapGrowing(path.file(), spec.maximumSize(), spec.populate())
                    : file.map(spec.mappedSize(), spec.populate());
        }
        lock.write(LockNote.ofNew(spec, id));
        Backing backing = new Backing(spec.kind(), path, null, spec.size(), spec.mode());
        return new Segment(backing, Access.READ_WRITE, mapping, lock);
    }

    static BusyException exists(SegmentPath path) {
        return new BusyException("region '" + References.of(path) + "' exists: " + path.file());
    }

    /** A number that no other segment has, with all likelihood; never 0. */
    static int newId() {
        return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    }
}
