package io.shm.segment;

import io.shm.error.ShmException;
import io.shm.memory.Posix;
import io.shm.memory.PosixException;
import io.shm.memory.SharedMemory;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;

/**
 * A mapping of any size by the system call.
 *
 * <p>Release replaces the pages by private zeros at the same addresses: the shared memory is let go at that instant, and
 * whoever races sees zeros. The address range goes back once the SharedMemory is collected, or never if a view of it was
 * handed out; a range of untouched zeros costs no memory.
 */
final class NativeMapping implements Mapping {
    private static final Cleaner CLEANER = Cleaner.create();

    private final SharedMemory memory;
    private final Range range;
    /** Null for one that does not grow. */
    private final GrowingFile file;

    NativeMapping(int descriptor, long length, boolean writable) throws PosixException {
        this(Posix.map(descriptor, length, writable), length, writable, null);
    }

    private NativeMapping(long address, long length, boolean writable, GrowingFile file) {
        this.file = file;
        range = new Range(address, length);
        // What every user of the memory keeps reachable; it must not be kept by the range itself.
        Object token = new Reach();
        memory = file == null
                ? SharedMemory.at(address, length, writable, token)
                : SharedMemory.growing(address, length, file, writable, token);
        CLEANER.register(token, range);
    }

    /** Maps as much as a file may ever have. What is behind its end is never touched. Takes the file over. */
    static NativeMapping growing(int descriptor, GrowingFile file, boolean writable) throws PosixException {
        boolean mapped = false;
        try {
            long address = Posix.map(descriptor, file.maximum(), writable);
            NativeMapping mapping = new NativeMapping(address, file.maximum(), writable, file);
            mapped = true;
            return mapping;
        } finally {
            if (!mapped) {
                file.close();
            }
        }
    }

    /** Named for what SharedMemory prints. */
    private static final class Reach {}

    private static final class Range implements Runnable {
        final long address;
        final long length;
        volatile boolean handedOut;

        Range(long address, long length) {
            this.address = address;
            this.length = length;
        }

        @Override
        public void run() {
            if (!handedOut) {
                Posix.unmap(address, length);
            }
        }
    }

    void populate() {
        Posix.populate(range.address, memory.size());
    }

    @Override
    public SharedMemory memory() {
        return memory;
    }

    @Override
    public GrowingFile file() {
        return file;
    }

    @Override
    public ByteBuffer view(long offset, int length) {
        long address = memory.addressOf(offset, length);
        range.handedOut = true;
        return Posix.buffer(address, length);
    }

    @Override
    public void viewsHandedOut() {
        range.handedOut = true;
    }

    @Override
    public Mapping isolate() {
        try {
            long again = Posix.mapAgain(range.address, range.length);
            Mapping own = new NativeMapping(again, range.length, memory.isWritable(), file);
            Posix.overlayWithZeros(range.address, range.length);
            return own;
        } catch (PosixException e) {
            throw new ShmException("the segment stays as it is: " + e.getMessage(), e);
        }
    }

    @Override
    public void release() {
        // Before its pages are zeros: then nothing more can be asked, and the limits stay.
        if (file != null) {
            file.close();
        }
        try {
            Posix.overlayWithZeros(range.address, range.length);
        } catch (PosixException e) {
            throw new ShmException("the segment stays mapped: " + e.getMessage(), e);
        }
    }
}
