package io.shm.segment;

import io.shm.memory.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A mapping by the JDK, up to 2 GiB; the garbage collector lets it go when nobody can reach it or a view of it. */
final class ChannelMapping implements Mapping {
    /** Mappings whose address was handed out: nobody knows how long it is used. */
    private static final Queue<MappedByteBuffer> ADDRESS_KNOWN = new ConcurrentLinkedQueue<>();

    private final MappedByteBuffer buffer;
    private final SharedMemory memory;

    ChannelMapping(MappedByteBuffer buffer) {
        this.buffer = buffer;
        this.memory = SharedMemory.of(buffer);
    }

    @Override
    public SharedMemory memory() {
        return memory;
    }

    @Override
    public ByteBuffer view(long offset, int length) {
        memory.addressOf(offset, length);
        return buffer.slice((int) offset, length);
    }

    @Override
    public void viewsHandedOut() {
        ADDRESS_KNOWN.add(buffer);
    }

    @Override
    public Mapping isolate() {
        return this;
    }

    @Override
    public void release() {
        // Only the collector knows when the last user is gone.
    }
}
