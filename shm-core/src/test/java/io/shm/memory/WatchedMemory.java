package io.shm.memory;

/**
 * Memory that tells a test before every write to it, a CAS that fails included: the seam at which tests kill, stop
 * or interleave.
 */
public abstract class WatchedMemory extends SharedMemory {
    protected WatchedMemory(SharedMemory inner) {
        super(inner);
    }

    /** Called before each write, which does not happen if this throws. */
    protected abstract void beforeWrite(long offset);

    @Override
    public void putByte(long offset, byte value) {
        beforeWrite(offset);
        super.putByte(offset, value);
    }

    @Override
    public void putShort(long offset, short value) {
        beforeWrite(offset);
        super.putShort(offset, value);
    }

    @Override
    public void putInt(long offset, int value) {
        beforeWrite(offset);
        super.putInt(offset, value);
    }

    @Override
    public void putLongs(long offset, long first, long second) {
        putLong(offset, first);
        putLong(offset + 8, second);
    }

    @Override
    public void putLongs(long offset, long a, long b, long c, long d, long e, long f, long g) {
        long[] values = {a, b, c, d, e, f, g};
        for (int i = 0; i < values.length; i++) {
            putLong(offset + 8L * i, values[i]);
        }
    }

    @Override
    public void putLong(long offset, long value) {
        beforeWrite(offset);
        super.putLong(offset, value);
    }

    @Override
    public void putLongRelease(long offset, long value) {
        beforeWrite(offset);
        super.putLongRelease(offset, value);
    }

    @Override
    public void putLongVolatile(long offset, long value) {
        beforeWrite(offset);
        super.putLongVolatile(offset, value);
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
        beforeWrite(offset);
        return super.compareAndSetLong(offset, expected, value);
    }

    @Override
    public long getAndAddLong(long offset, long delta) {
        beforeWrite(offset);
        return super.getAndAddLong(offset, delta);
    }

    @Override
    public long getAndSetLong(long offset, long value) {
        beforeWrite(offset);
        return super.getAndSetLong(offset, value);
    }

    @Override
    public void putBytes(long offset, byte[] source, int from, int length) {
        beforeWrite(offset);
        super.putBytes(offset, source, from, length);
    }

    /** A write that the test makes itself. */
    protected final void putBytesUnwatched(long offset, byte[] source) {
        super.putBytes(offset, source, 0, source.length);
    }

    @Override
    public void copy(long from, long to, long length) {
        beforeWrite(to);
        super.copy(from, to, length);
    }

    @Override
    public void fill(long offset, long length, byte value) {
        beforeWrite(offset);
        super.fill(offset, length, value);
    }
}
