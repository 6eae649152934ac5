package io.shm.segment;

import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.error.UnsupportedPlatformException;
import io.shm.layout.LockFileLayout;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes a segment that has files: claims the name by its lock file, fills an unfinished file, publishes it by
 * {@code link()}, and lets the claim go.
 *
 * <p>A creator that dies leaves a lock file that nobody holds and an unfinished file that names it: see
 * {@link Leftovers}. One that dies right after publishing leaves a second name of a complete segment, which goes the same
 * way.
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
            case NAMED -> named(spec, References.pathOf(spec.name()), 0, initializer);
            case ANONYMOUS, ZERO -> throw new UnsupportedPlatformException("not yet");
            case SYSV -> throw new UnsupportedPlatformException("not yet");
        };
    }

    static Segment named(SegmentSpec spec, SegmentPath path, int id, Initializer initializer) {
        try {
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
        LockFile lock = Claim.take(path, spec.mode());
        Segment segment = null;
        boolean published = false;
        try {
            segment = fill(lock);
            initializer.initialize(segment);
            Files.createLink(path.file(), temporary);
            published = true;
            return segment;
        } catch (FileAlreadyExistsException e) {
            throw exists(path);
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

    private Segment fill(LockFile lock) throws IOException {
        Mapping mapping;
        try (BackingFile file = BackingFile.create(temporary, spec.mode())) {
            file.allocate(spec.mappedSize());
            mapping = file.map(spec.mappedSize(), spec.populate());
        }
        lock.write(LockNote.ofNew(spec, id));
        lock.holdAttachment();
        lock.stamp(LockFileLayout.ATTACHED_AT_OFFSET);
        Backing backing = new Backing(spec.kind(), path, null, spec.size(), spec.mode());
        return new Segment(backing, Access.READ_WRITE, mapping, lock);
    }

    static BusyException exists(SegmentPath path) {
        return new BusyException("region '" + path.reference() + "' exists: " + path.file());
    }

    /** A number that no other segment has, with all likelihood; never 0. */
    static int newId() {
        return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    }
}
