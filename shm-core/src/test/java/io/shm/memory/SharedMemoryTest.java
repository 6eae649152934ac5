package io.shm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedMemoryTest {
    /** All sizes around that of one access, and those of a page. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 55, 56, 57, 4096})
    void anOffsetOutsideIsRefusedWhateverItIs(int size) {
        SharedMemory memory = SharedMemory.of(ByteBuffer.allocateDirect(size));
        SharedMemory readOnly = SharedMemory.of(ByteBuffer.allocateDirect(size).asReadOnlyBuffer());
        for (long around : new long[] {0, size, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE}) {
            for (long offset = around - 64; offset != around + 64; offset++) {
                long at = offset;
                isRefused(at, 1, size, IndexOutOfBoundsException.class, () -> memory.getByte(at));
                isRefused(at, 2, size, IndexOutOfBoundsException.class, () -> memory.getShort(at));
                isRefused(at, 4, size, IndexOutOfBoundsException.class, () -> memory.getInt(at));
                isRefused(at, 8, size, IndexOutOfBoundsException.class, () -> memory.getLong(at));
                isRefused(at, 8, size, IndexOutOfBoundsException.class, () -> memory.putLong(at, 0));
                if (at % Long.BYTES == 0) {
                    isRefused(at, 8, size, IndexOutOfBoundsException.class, () -> memory.compareAndSetLong(at, 0, 0));
                }
                isRefused(at, 16, size, IndexOutOfBoundsException.class, () -> memory.putLongs(at, 0, 0));
                isRefused(
                        at, 56, size, IndexOutOfBoundsException.class, () -> memory.putLongs(at, 0, 0, 0, 0, 0, 0, 0));
                isRefused(at, 5, size, IndexOutOfBoundsException.class, () -> memory.fill(at, 5, (byte) 0));
                isRefused(at, 5, size, IndexOutOfBoundsException.class, () -> memory.addressOf(at, 5));
                assertThatThrownBy(() -> memory.fill(at, -1, (byte) 0)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> memory.addressOf(at, Long.MIN_VALUE))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> memory.copy(at, at, -1)).isInstanceOf(IndexOutOfBoundsException.class);
                isRefused(at, 1, -1, IllegalStateException.class, () -> readOnly.putByte(at, (byte) 0));
                isRefused(at, 8, -1, IllegalStateException.class, () -> readOnly.putLong(at, 0));
                isRefused(at, 16, -1, IllegalStateException.class, () -> readOnly.putLongs(at, 0, 0));
            }
        }
        assertThat(memory.size()).isEqualTo(size);
    }

    private static void isRefused(
            long offset, int length, int size, Class<? extends Throwable> error, ThrowingCallable access) {
        boolean isInside = size >= length && offset >= 0 && offset <= size - length;
        if (!isInside) {
            assertThatThrownBy(access).as("%s bytes at %s", length, offset).isInstanceOf(error);
            return;
        }
        try {
            access.call();
        } catch (Throwable e) {
            throw new AssertionError(length + " bytes at " + offset, e);
        }
    }
}
