package io.shm.memory;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The calls of the C library, unchanged; using this class for the first time loads JNA.
 *
 * <p>Only for 64-bit Linux, where {@code size_t}, {@code off_t} and pointers are a {@code long}, and where integer
 * arguments of a variadic function travel like those of any other.
 */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    static native int open(byte[] path, int flags, int mode);

    static native int close(int descriptor);

    static native long mmap(long address, long length, int protection, int flags, int descriptor, long offset);

    static native long mremap(long address, long oldLength, long newLength, int flags);

    static native int munmap(long address, long length);

    static native int madvise(long address, long length, int advice);

    static native int fallocate(int descriptor, int mode, long offset, long length);

    static native long lseek(int descriptor, long offset, int from);

    static native int ftruncate(int descriptor, long length);

    static native int fchmod(int descriptor, int mode);

    static native int memfd_create(byte[] name, int flags);

    static native int fcntl(int descriptor, int command, int argument);

    static native int fcntl(int descriptor, int command, long[] lock);

    static native long pread(int descriptor, byte[] target, long length, long offset);

    static native long pwrite(int descriptor, byte[] source, long length, long offset);

    static native long syscall(long number, long first, long second, long third);

    /** For {@code futex}: the fourth argument is a {@code struct timespec}, or null. */
    static native long syscall(long number, long address, long operation, long value, long[] timeout);

    static native int geteuid();

    /** For calls that not every C library has a function for. */
    static native long syscall(long number, long folder, byte[] from, long otherFolder, byte[] to, long flags);
}
