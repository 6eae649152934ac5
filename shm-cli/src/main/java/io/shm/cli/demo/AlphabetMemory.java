package io.shm.cli.demo;

import io.shm.memory.SharedMemory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What the two processes of the alphabet share: the letters, and two counters that hand the turn over and back.
 *
 * <pre>
 * offset  size  field
 *      0     8  WRITTEN   letters that the child has written; only the child writes it
 *     64     8  READ      letters that the parent has seen; only the parent writes it
 *    128    26  LETTERS
 * </pre>
 */
final class AlphabetMemory {
    static final int LETTERS = 26;
    static final long LENGTH = 128 + LETTERS;

    private static final long WRITTEN_OFFSET = 0;
    private static final long READ_OFFSET = 64;
    private static final long LETTERS_OFFSET = 128;
    private static final int SPINS = 1000;
    private static final long PAUSE_NS = 50_000;

    private final SharedMemory memory;

    AlphabetMemory(SharedMemory memory) {
        this.memory = memory;
    }

    /** Writes the next letter, then tells. The release pairs with the acquire of the reader in {@link #awaitLetters}. */
    void write(int index) {
        memory.putByte(LETTERS_OFFSET + index, (byte) ('a' + index));
        memory.putLongRelease(WRITTEN_OFFSET, index + 1);
    }

    /** The first letters, once there are that many; null if the writer has died before. */
    String awaitLetters(int count, BooleanSupplier writerLives) {
        if (!await(WRITTEN_OFFSET, count, writerLives)) {
            return null;
        }
        byte[] letters = new byte[count];
        memory.getBytes(LETTERS_OFFSET, letters, 0, count);
        return new String(letters, StandardCharsets.US_ASCII);
    }

    /** The reader has seen so many letters: the next may come. Pairs with the acquire in {@link #awaitRead}. */
    void tellRead(int count) {
        memory.putLongRelease(READ_OFFSET, count);
    }

    /** Waits until the reader has seen so many; false if it has died before. */
    boolean awaitRead(int count, BooleanSupplier readerLives) {
        return await(READ_OFFSET, count, readerLives);
    }

    /** The other side stores its last word before it dies, so after a death one more look decides. */
    private boolean await(long offset, long least, BooleanSupplier otherLives) {
        for (int spin = 0; memory.getLongAcquire(offset) < least; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else if (otherLives.getAsBoolean()) {
                LockSupport.parkNanos(PAUSE_NS);
            } else {
                return memory.getLongAcquire(offset) >= least;
            }
        }
        return true;
    }
}
