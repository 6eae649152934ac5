package io.shm.segment;

import io.shm.error.IncompatibleException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.error.UnsupportedPlatformException;
import io.shm.layout.LockFileLayout;
import io.shm.memory.Posix;
import io.shm.memory.PosixException;
import io.shm.segment.ProcessFiles.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Segments without a name: memory with a descriptor, and a second piece of memory as their lock file. Others reach both
 * through {@code /proc/PID/fd}, by the system's rules for looking into a process.
 *
 * <p>Nothing is left by a crash: the memory goes with its last process. While it is being made its lock file's byte for
 * making is held, and nobody attaches.
 */
final class Nameless {
    static final String REGION = "shm.region.";
    static final String LOCK = "shm.lock.";

    /** What a link under {@code /proc} to such memory begins with. */
    private static final String MEMORY = "/memfd:";

    private static final int READ_AND_WRITE_BY_OWNER = 0600;

    private Nameless() {}

    static Segment create(SegmentSpec spec, Initializer initializer) {
        String what = "a segment of kind " + spec.kind().name().toLowerCase(java.util.Locale.ROOT);
        requireCalls(what);
        try {
            Space.checkMemory(what, spec.mappedSize());
            String nonce = String.format(
                    Locale.ROOT, "%016x", ThreadLocalRandom.current().nextLong());
            // The lock first, and its byte held: whoever finds the segment finds it claimed.
            LockFile lock = createLock(spec, nonce);
            Segment segment = null;
            try {
                lock.tryHold(LockFile.MAKING);
                segment = createRegion(spec, nonce, lock);
                initializer.initialize(segment);
                lock.letGo(LockFile.MAKING);
                return segment;
            } finally {
                if (segment == null) {
                    lock.close();
                } else if (lock.probe(LockFile.MAKING) == LockFile.Held.HELD) {
                    segment.close();
                }
            }
        } catch (IOException e) {
            if (Refusal.isNoSpace(e)) {
                throw Space.exhausted(what, spec.mappedSize(), SegmentPath.MEMORY_FOLDER, e);
            }
            throw Refusal.unexpected("create", Path.of(what), e);
        }
    }

    private static LockFile createLock(SegmentSpec spec, String nonce) throws IOException {
        LockFile lock = new LockFile(new DescriptorLocks(createMemory(LOCK + nonce, spec.mode()), true));
        lock.write(LockNote.ofNew(spec, 0));
        lock.holdAttachment();
        lock.stamp(LockFileLayout.ATTACHED_AT_OFFSET);
        return lock;
    }

    private static Segment createRegion(SegmentSpec spec, String nonce, LockFile lock) throws IOException {
        int descriptor = createMemory(REGION + nonce, READ_AND_WRITE_BY_OWNER);
        HandOver handOver = null;
        try {
            DescriptorFile file = new DescriptorFile(descriptor, true);
            file.allocate(spec.mappedSize(), spec.grows());
            Mapping mapping;
            if (spec.grows()) {
                Posix.sealAgainstShrinking(descriptor);
                NativeMapping growing =
                        NativeMapping.growing(descriptor, growing(descriptor, spec.maximumSize()), true);
                if (spec.populate()) {
                    growing.populate();
                }
                mapping = growing;
            } else {
                Posix.sealLength(descriptor);
                mapping = file.map(spec.mappedSize(), spec.populate());
            }
            if (spec.kind() == Kind.ZERO) {
                handOver = new HandOver(Posix.openThroughLink(ProcessFiles.ownLink(descriptor), Posix.O_RDWR));
            }
            Posix.changeMode(descriptor, spec.mode());
            if (handOver == null) {
                handOver = new HandOver(descriptor);
                descriptor = -1;
            }
            Backing backing = new Backing(spec.kind(), null, handOver, spec.size(), spec.mode());
            return new Segment(backing, Access.READ_WRITE, mapping, lock);
        } finally {
            if (descriptor >= 0) {
                Posix.close(descriptor);
            }
        }
    }

    private static int createMemory(String name, int mode) throws PosixException {
        int descriptor = Posix.createMemory(name);
        try {
            Posix.changeMode(descriptor, mode);
            return descriptor;
        } catch (PosixException e) {
            Posix.close(descriptor);
            throw e;
        }
    }

    static Segment attach(References.OfProcess target, Access access) {
        requireCalls("a segment without a name");
        OpenFile region = ProcessFiles.find(target);
        try {
            return attach(region, access);
        } catch (IOException e) {
            if (Refusal.isPermission(e)) {
                throw new PermissionException(region.refusal(access), e);
            }
            if (!ProcessFiles.exists(region.pid())) {
                throw ProcessFiles.noProcess(region.pid());
            }
            throw Refusal.unexpected("attach", region.link(), e);
        }
    }

    private static Segment attach(OpenFile region, Access access) throws IOException {
        int flags = access == Access.READ_WRITE ? Posix.O_RDWR : Posix.O_RDONLY;
        int descriptor = Posix.openThroughLink(region.link(), flags);
        LockFile lock = null;
        boolean kept = false;
        try {
            // The number may be another file's by now; this one is ours, and cannot change any more.
            if (!region.target().equals(ProcessFiles.targetOf(ProcessFiles.ownLink(descriptor)))) {
                throw new NotFoundException("no region '" + region.reference() + "': it was closed just now");
            }
            lock = openLock(region);
            if (lock.probe(LockFile.MAKING) != LockFile.Held.FREE) {
                throw new NotFoundException("no region '" + region.reference() + "': it is not finished");
            }
            Segment segment = map(descriptor, lock, access);
            kept = true;
            return segment;
        } finally {
            if (!kept) {
                Posix.close(descriptor);
                if (lock != null) {
                    lock.close();
                }
            }
        }
    }

    private static Segment map(int descriptor, LockFile lock, Access access) throws IOException {
        FileFacts facts = FileFacts.ofDescriptor(descriptor);
        LockNote note = lock.note();
        if (note == null || facts.size() == 0) {
            throw new IncompatibleException("the memory is not a shm region (no lock file, or empty)");
        }
        boolean writable = access == Access.READ_WRITE;
        long maximum = LockNote.maximumOf(note, facts.size());
        Mapping mapping = maximum == 0
                ? new NativeMapping(descriptor, facts.size(), writable)
                : NativeMapping.growing(descriptor, growing(descriptor, maximum), writable);
        if (lock.holdAttachment() && access == Access.READ_WRITE) {
            lock.stamp(LockFileLayout.ATTACHED_AT_OFFSET);
        }
        HandOver handOver = new HandOver(descriptor);
        return new Segment(
                new Backing(note.kind(), null, handOver, note.requestedSize(), facts.mode()), access, mapping, lock);
    }

    private static GrowingFile growing(int descriptor, long maximum) throws PosixException {
        return new GrowingFile(descriptor, "a segment without a name", null, maximum);
    }

    static LockFile openLock(OpenFile region) throws IOException {
        OpenFile lock = ProcessFiles.lockOf(region);
        boolean writable = true;
        int descriptor;
        try {
            descriptor = Posix.openThroughLink(lock.link(), Posix.O_RDWR);
        } catch (PosixException e) {
            descriptor = Posix.openThroughLink(lock.link(), Posix.O_RDONLY);
            writable = false;
        }
        if (!lock.target().equals(ProcessFiles.targetOf(ProcessFiles.ownLink(descriptor)))) {
            Posix.close(descriptor);
            throw new NotFoundException("no region '" + region.reference() + "': it was closed just now");
        }
        return new LockFile(new DescriptorLocks(descriptor, writable));
    }

    /** The nonce of a link's target if it is memory of the given sort; null if it is anything else. */
    static String nonceOf(String target, String sort) {
        String start = MEMORY + sort;
        if (!target.startsWith(start)) {
            return null;
        }
        int end = target.indexOf(' ');
        return target.substring(start.length(), end < 0 ? target.length() : end);
    }

    private static void requireCalls(String what) {
        if (!Posix.isAvailable()) {
            throw new UnsupportedPlatformException(what + " needs JNA on 64-bit Linux");
        }
    }
}
