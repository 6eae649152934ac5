package io.shm.memory;

/** Hands every access on to another view, whose overrides then apply: what a view that changes some of them is built on. */
public abstract class ForwardingMemory extends SharedMemory {
    protected final SharedMemory inner;

    protected ForwardingMemory(SharedMemory inner) {
        super(inner);
        this.inner = inner;
    }

    @Override
    public byte getByte(long offset) {
        return inner.getByte(offset);
    }

    @Override
    public short getShort(long offset) {
        return inner.getShort(offset);
    }

    @Override
    public int getInt(long offset) {
        return inner.getInt(offset);
    }

    @Override
    public long getLong(long offset) {
        return inner.getLong(offset);
    }

    @Override
    public long getLongAcquire(long offset) {
        return inner.getLongAcquire(offset);
    }

    @Override
    public long getLongVolatile(long offset) {
        return inner.getLongVolatile(offset);
    }

    @Override
    public void getBytes(long offset, byte[] target, int from, int length) {
        inner.getBytes(offset, target, from, length);
    }

    @Override
    public void putByte(long offset, byte value) {
        inner.putByte(offset, value);
    }

    @Override
    public void putShort(long offset, short value) {
        inner.putShort(offset, value);
    }

    @Override
    public void putInt(long offset, int value) {
        inner.putInt(offset, value);
    }

    @Override
    public void putLong(long offset, long value) {
        inner.putLong(offset, value);
    }

    @Override
    public void putLongs(long offset, long first, long second) {
        inner.putLongs(offset, first, second);
    }

    @Override
    public void putLongs(long offset, long a, long b, long c, long d, long e, long f, long g) {
        inner.putLongs(offset, a, b, c, d, e, f, g);
    }

    @Override
    public void putLongRelease(long offset, long value) {
        inner.putLongRelease(offset, value);
    }

    @Override
    public void putLongVolatile(long offset, long value) {
        inner.putLongVolatile(offset, value);
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
        return inner.compareAndSetLong(offset, expected, value);
    }

    @Override
    public long getAndAddLong(long offset, long delta) {
        return inner.getAndAddLong(offset, delta);
    }

    @Override
    public long getAndSetLong(long offset, long value) {
        return inner.getAndSetLong(offset, value);
    }

    @Override
    public void putBytes(long offset, byte[] source, int from, int length) {
        inner.putBytes(offset, source, from, length);
    }

    @Override
    public void copy(long from, long to, long length) {
        inner.copy(from, to, length);
    }

    @Override
    public void fill(long offset, long length, byte value) {
        inner.fill(offset, length, value);
    }
}
