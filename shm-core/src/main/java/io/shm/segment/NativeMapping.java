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

    NativeMapping(int descriptor, long length, boolean writable) throws PosixException {
        this(Posix.map(descriptor, length, writable), length, writable);
    }

    private NativeMapping(long address, long length, boolean writable) {
        range = new Range(address, length);
        // What every user of the memory keeps reachable; it must not be kept by the range itself.
        Object token = new Reach();
        memory = SharedMemory.at(range.address, length, writable, token);
        CLEANER.register(token, range);
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
        Posix.populate(range.address, range.length);
    }

    @Override
    public SharedMemory memory() {
        return memory;
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
            Mapping own =
                    new NativeMapping(Posix.mapAgain(range.address, range.length), range.length, memory.isWritable());
            release();
            return own;
        } catch (PosixException e) {
            throw new ShmException("the segment stays as it is: " + e.getMessage(), e);
        }
    }

    @Override
    public void release() {
        try {
            Posix.overlayWithZeros(range.address, range.length);
        } catch (PosixException e) {
            throw new ShmException("the segment stays mapped: " + e.getMessage(), e);
        }
    }
}
