package io.shm.segment;

import io.shm.memory.Posix;
import io.shm.memory.Posix.LockedRange;
import io.shm.memory.PosixException;
import java.io.IOException;
import java.util.Arrays;

/** Locks of an open file description: immune to what else this process opens and closes. */
final class DescriptorLocks implements ByteLocks {
    private final int descriptor;
    private final boolean writable;

    /** Takes over an open descriptor, and closes it in the end. */
    DescriptorLocks(int descriptor, boolean writable) {
        this.descriptor = descriptor;
        this.writable = writable;
    }

    @Override
    public boolean tryLock(int index) throws IOException {
        return Posix.tryLock(descriptor, index, 1, true);
    }

    @Override
    public void unlock(int index) throws IOException {
        Posix.unlock(descriptor, index, 1);
    }

    @Override
    public boolean isHeldElsewhere(int index) throws PosixException {
        return Posix.findExclusiveLock(descriptor, index, 1) != null;
    }

    /** The kernel reports any lock in the range, not the first one: so what lies on both sides of it is asked again. */
    @Override
    public int countHeldElsewhere(int first, int end) throws PosixException {
        if (first >= end) {
            return 0;
        }
        LockedRange range = Posix.findExclusiveLock(descriptor, first, end - first);
        if (range == null) {
            return 0;
        }
        // Neighbouring bytes of one holder are one range; length 0 reaches to the end of everything.
        int start = (int) Math.max(first, range.start());
        int until = range.length() == 0 ? end : (int) Math.min(end, range.start() + range.length());
        return countHeldElsewhere(first, start) + (until - start) + countHeldElsewhere(until, end);
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public byte[] read(int length) throws PosixException {
        byte[] bytes = new byte[length];
        int count = Posix.read(descriptor, bytes, 0);
        Arrays.fill(bytes, count, length, (byte) 0);
        return bytes;
    }

    @Override
    public void write(int position, byte[] bytes) throws PosixException {
        Posix.write(descriptor, bytes, position);
    }

    @Override
    public FileFacts facts() throws IOException {
        return FileFacts.ofDescriptor(descriptor);
    }

    @Override
    public void close() {
        Posix.close(descriptor);
    }

    int descriptor() {
        return descriptor;
    }
}
