package io.shm.heap;

import java.nio.ByteBuffer;

/** Raw views of the mapping; the segment keeps the address range while one may be in use. Wired by the facade. */
public interface Views {
    /** A buffer over the mapping, little-endian order not set. */
    ByteBuffer byteBuffer(long offset, int length);

    /** An address leaves the library. */
    void handedOut();
}
