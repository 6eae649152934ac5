package io.shm.cli.bench;

import com.sun.jna.Native;

/** malloc and free through JNA, where no C compiler is found: most of the cost is the way there. */
final class JnaMalloc implements AddressLoops.Allocator {
    @Override
    public long allocate(long size) {
        return Native.malloc(size);
    }

    @Override
    public void free(long address) {
        Native.free(address);
    }
}
