package io.shm.segment;

import io.shm.memory.SharedMemory;
import java.nio.ByteBuffer;

/** A mapped file. */
interface Mapping {
    SharedMemory memory();

    /** A part of it, which stays readable for ever, though release turns it into zeros. */
    ByteBuffer view(long offset, int length);

    /** From now on somebody may use an address of the range that nothing here knows of. */
    void viewsHandedOut();

    /**
     * Takes the shared memory away from everyone who uses this mapping, as {@link #release} does, and gives it to the
     * caller alone: the bytes mapped once more. Without the means for that, it is this mapping itself.
     */
    Mapping isolate();

    /** The file, if it grows; else null. */
    default GrowingFile file() {
        return null;
    }

    /** Lets the shared memory go, without ever taking the ground from under a thread that still uses it. */
    void release();
}
