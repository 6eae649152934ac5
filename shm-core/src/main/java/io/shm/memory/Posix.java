package io.shm.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The system calls that the JDK has no method for: mappings above 2 GiB, space taken in advance, memory without a name,
 * locks that belong to a descriptor instead of a process.
 *
 * <p>Needs 64-bit Linux and JNA, which is loaded at the first {@link #isAvailable()} and not before: a program that
 * only looks at a region does not pay for it. Where it is missing, callers fall back to FileChannel.
 *
 * <p>A failed call is a {@link PosixException}; an interrupted one is repeated. Threads: safe.
 */
public final class Posix {
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    /** Opening a FIFO must not wait for its other end. */
    private static final int O_NONBLOCK = 0x800;

    private static final int O_CLOEXEC = 0x80000;
    /** The one flag of ours whose value depends on the processor. */
    private static final int O_NOFOLLOW = isArm() ? 0x8000 : 0x20000;

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MADV_POPULATE_WRITE = 23;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_SEAL_SHRINK = 2;
    private static final int F_SEAL_GROW = 4;

    private static final long RENAMEAT2 = isArm() ? 276 : 316;
    private static final long RENAME_NOREPLACE = 1;
    private static final long AT_FDCWD = -100;

    private static final int SEEK_END = 2;

    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final int F_RDLCK = 0;
    private static final int F_WRLCK = 1;
    private static final int F_UNLCK = 2;

    private static volatile boolean loaded;

    private Posix() {}

    /** Whether these calls work here. Loads JNA. */
    public static boolean isAvailable() {
        return Availability.AVAILABLE;
    }

    /** Whether these calls work and JNA has been loaded already, so that using them costs nothing more. */
    public static boolean isLoaded() {
        return loaded;
    }

    /** Opens without following a link at the end of the path, without waiting, and closed in a child. */
    public static int open(Path path, int flags, int mode) throws PosixException {
        return open(path, "open " + path, flags | O_NOFOLLOW, mode);
    }

    /** Opens what a link under {@code /proc} leads to: another process's descriptor or mapping. */
    public static int openThroughLink(Path link, int flags) throws PosixException {
        return open(link, "open " + link, flags, 0);
    }

    private static int open(Path path, String call, int flags, int mode) throws PosixException {
        byte[] name = nameOf(path);
        int descriptor;
        do {
            descriptor = Libc.open(name, flags | O_NONBLOCK | O_CLOEXEC, mode);
        } while (descriptor < 0 && errno() == PosixException.EINTR);
        if (descriptor < 0) {
            throw new PosixException(call, errno());
        }
        return descriptor;
    }

    /**
     * Gives a file another name in one step, if nothing has that name: EEXIST otherwise. EINVAL or ENOSYS where the file
     * system or the kernel cannot do that.
     */
    public static void renameToNew(Path from, Path to) throws PosixException {
        byte[] source = nameOf(from);
        byte[] target = nameOf(to);
        check((int) Libc.syscall(RENAMEAT2, AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE), "rename to " + to);
    }

    /** Never repeated: after an interrupted close the descriptor is gone, and may be another's already. */
    public static void close(int descriptor) {
        Libc.close(descriptor);
    }

    /** Maps a file from its first byte, shared, and returns the address. The descriptor may be closed after. */
    public static long map(int descriptor, long length, boolean writable) throws PosixException {
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        long address = Libc.mmap(0, length, protection, MAP_SHARED, descriptor, 0);
        if (address == -1) {
            throw new PosixException("mmap of " + length + " bytes", errno());
        }
        return address;
    }

    /**
     * Puts private zero pages in the place of a mapping, in one step: at no instant is the range unmapped, so a thread
     * that reads it meanwhile sees the old bytes or zeros and never a fault. What was mapped there is let go.
     */
    public static void overlayWithZeros(long address, long length) throws PosixException {
        int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        if (Libc.mmap(address, length, PROT_READ | PROT_WRITE, flags, -1, 0) != address) {
            throw new PosixException("mmap over " + length + " bytes", errno());
        }
    }

    /** Maps the pages of a shared mapping once more, at an address of their own; needs no descriptor. */
    public static long mapAgain(long address, long length) throws PosixException {
        // An old length of 0 asks for a second mapping instead of a moved one.
        long again = Libc.mremap(address, 0, length, MREMAP_MAYMOVE);
        if (again == -1) {
            throw new PosixException("mremap of " + length + " bytes", errno());
        }
        return again;
    }

    /** Gives the address range back. Whoever still uses it takes the JVM down. */
    public static void unmap(long address, long length) {
        Libc.munmap(address, length);
    }

    /**
     * Makes every running thread of this process pass a full memory barrier, so that the others need none: the costly
     * half of an asymmetric Dekker lock (membarrier(2), private expedited).
     *
     * @return false where the kernel cannot, before Linux 4.14, and without JNA
     */
    public static boolean barrierInAllThreads() {
        return Barrier.REGISTERED && Libc.syscall(Barrier.NUMBER, Barrier.EXPEDITED, 0, 0) == 0;
    }

    /**
     * As {@link #barrierInAllThreads}, for every running thread of every process that has asked {@link
     * #hasBarrierInAllProcesses} (membarrier(2), global expedited).
     *
     * @return false where the kernel cannot, before Linux 4.16, and without JNA
     */
    public static boolean barrierInAllProcesses() {
        return BarrierInAll.REGISTERED && Libc.syscall(Barrier.NUMBER, BarrierInAll.EXPEDITED, 0, 0) == 0;
    }

    /** Whether this process passes the barriers of others, and can make one. Costs nothing but the first time. */
    public static boolean hasBarrierInAllProcesses() {
        return BarrierInAll.REGISTERED;
    }

    /** Registered once in a process, at the first use. */
    private static final class Barrier {
        static final long NUMBER = isArm() ? 283 : 324;
        static final long EXPEDITED = 1 << 3;
        private static final long REGISTER = 1 << 4;
        static final boolean REGISTERED = isAvailable() && Libc.syscall(NUMBER, REGISTER, 0, 0) == 0;
    }

    private static final class BarrierInAll {
        static final long EXPEDITED = 1 << 1;
        private static final long REGISTER = 1 << 2;
        static final boolean REGISTERED = isAvailable() && Libc.syscall(Barrier.NUMBER, REGISTER, 0, 0) == 0;
    }

    private static final long FUTEX = isArm() ? 98 : 202;
    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;

    /**
     * Sleeps in the kernel as long as the 32 bits at an address are the expected ones: until somebody {@link #futexWake
     * wakes} it, in any process that has mapped the same bytes (futex(2), not private), a time has passed, a signal comes,
     * or for no reason. Needs {@link #isAvailable}.
     */
    public static void futexWait(long address, int expected, long nanos) {
        Libc.syscall(FUTEX, address, FUTEX_WAIT, expected, new long[] {nanos / 1_000_000_000L, nanos % 1_000_000_000L});
    }

    /** Wakes all who sleep on an address, in every process; returns how many those were. */
    public static int futexWake(long address) {
        return (int) Libc.syscall(FUTEX, address, FUTEX_WAKE, Integer.MAX_VALUE, null);
    }

    /** Makes every page of a mapping present and writable; false on kernels before 5.14, where it cannot be done. */
    public static boolean populate(long address, long length) {
        int result;
        do {
            result = Libc.madvise(address, length, MADV_POPULATE_WRITE);
        } while (result != 0 && (errno() == PosixException.EINTR || errno() == PosixException.EAGAIN));
        return result == 0;
    }

    /** Takes the space of a range and lengthens the file to hold it; on ENOSPC the file is as it was. */
    public static void allocate(int descriptor, long offset, long length) throws PosixException {
        int result;
        do {
            result = Libc.fallocate(descriptor, 0, offset, length);
        } while (result != 0 && errno() == PosixException.EINTR);
        check(result, "fallocate of " + length + " bytes");
    }

    /** Bytes of the file now. */
    public static long lengthOf(int descriptor) throws PosixException {
        long length = Libc.lseek(descriptor, 0, SEEK_END);
        check(length < 0 ? -1 : 0, "lseek");
        return length;
    }

    /** Another descriptor of the same open file, closed in a child. */
    public static int duplicate(int descriptor) throws PosixException {
        int another = Libc.fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        check(another, "fcntl F_DUPFD_CLOEXEC");
        return another;
    }

    public static void truncate(int descriptor, long length) throws PosixException {
        int result;
        do {
            result = Libc.ftruncate(descriptor, length);
        } while (result != 0 && errno() == PosixException.EINTR);
        check(result, "ftruncate to " + length + " bytes");
    }

    public static void changeMode(int descriptor, int mode) throws PosixException {
        check(Libc.fchmod(descriptor, mode), "fchmod to 0" + Integer.toOctalString(mode));
    }

    /** Memory that has a descriptor and no name in any folder; {@code name} is seen in {@code /proc/PID/fd} only. */
    public static int createMemory(String name) throws PosixException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int descriptor = Libc.memfd_create(Arrays.copyOf(text, text.length + 1), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        check(descriptor < 0 ? -1 : 0, "memfd_create " + name);
        return descriptor;
    }

    /** Forbids any change of the length of memory without a name, to everybody and for good. */
    public static void sealLength(int descriptor) throws PosixException {
        check(Libc.fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), "fcntl F_ADD_SEALS");
    }

    /** Forbids to shorten memory without a name, to everybody and for good; it may still grow. */
    public static void sealAgainstShrinking(int descriptor) throws PosixException {
        check(Libc.fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK), "fcntl F_ADD_SEALS");
    }

    /**
     * Locks a range for this open file description; the kernel lets go when its last descriptor is closed, kill -9
     * included. False when another description, or a process through FileChannel, has a conflicting lock.
     *
     * @param exclusive needs a descriptor open for writing
     */
    public static boolean tryLock(int descriptor, long start, long length, boolean exclusive) throws PosixException {
        if (Libc.fcntl(descriptor, F_OFD_SETLK, flock(exclusive ? F_WRLCK : F_RDLCK, start, length)) == 0) {
            return true;
        }
        int errno = errno();
        if (errno == PosixException.EAGAIN || errno == PosixException.EACCES) {
            return false;
        }
        throw new PosixException("fcntl F_OFD_SETLK of byte " + start, errno);
    }

    public static void unlock(int descriptor, long start, long length) throws PosixException {
        check(
                Libc.fcntl(descriptor, F_OFD_SETLK, flock(F_UNLCK, start, length)),
                "fcntl F_OFD_SETLK unlock of byte " + start);
    }

    /**
     * Where somebody else's exclusive lock in a range begins and how long it is; null when there is none. Takes no lock
     * and needs no right to write. Locks of the same open file description are not seen.
     */
    public static LockedRange findExclusiveLock(int descriptor, long start, long length) throws PosixException {
        long[] lock = flock(F_RDLCK, start, length);
        check(Libc.fcntl(descriptor, F_OFD_GETLK, lock), "fcntl F_OFD_GETLK of byte " + start);
        return (short) lock[0] == F_UNLCK ? null : new LockedRange(lock[1], lock[2]);
    }

    /** A locked range of a file; length 0 means to the end of all possible files. */
    public record LockedRange(long start, long length) {}

    /** Reads at a position of the file; fewer bytes than asked where the file ends. */
    public static int read(int descriptor, byte[] target, long position) throws PosixException {
        long count = Libc.pread(descriptor, target, target.length, position);
        check(count < 0 ? -1 : 0, "pread");
        return (int) count;
    }

    /** Writes all bytes at a position of the file. */
    public static void write(int descriptor, byte[] source, long position) throws PosixException {
        int done = 0;
        while (done < source.length) {
            byte[] rest = Arrays.copyOfRange(source, done, source.length);
            long count = Libc.pwrite(descriptor, rest, rest.length, position + done);
            check(count < 0 ? -1 : 0, "pwrite of " + rest.length + " bytes");
            done += (int) count;
        }
    }

    /** The user that the system checks this process's rights against. */
    public static int effectiveUser() {
        return Libc.geteuid();
    }

    /** A buffer over mapped bytes, in native order, that never unmaps them. */
    public static ByteBuffer buffer(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length);
    }

    /** {@code struct flock}: type and whence share the first word, little-endian; the pid must be 0 for these locks. */
    private static long[] flock(int type, long start, long length) {
        return new long[] {type, start, length, 0};
    }

    private static void check(int result, String call) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, errno());
        }
    }

    private static int errno() {
        return Native.getLastError();
    }

    /** Ends with a zero. Encoded as the JDK encodes file names, or the two would mean different files. */
    private static byte[] nameOf(Path path) {
        String encoding = System.getProperty("sun.jnu.encoding");
        byte[] name = path.toString().getBytes(encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding));
        return Arrays.copyOf(name, name.length + 1);
    }

    private static boolean isArm() {
        return System.getProperty("os.arch", "").equals("aarch64");
    }

    private static final class Availability {
        static final boolean AVAILABLE = load();

        private static boolean load() {
            String architecture = System.getProperty("os.arch", "");
            if (!System.getProperty("os.name", "").equals("Linux")
                    || !(architecture.equals("amd64") || architecture.equals("aarch64"))) {
                return false;
            }
            try {
                Libc.geteuid();
                loaded = true;
                return true;
            } catch (LinkageError e) {
                // No JNA on the class path, or it may not unpack its library here: callers do without.
                return false;
            }
        }
    }
}
