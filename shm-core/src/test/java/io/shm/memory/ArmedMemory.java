package io.shm.memory;

/** Plain memory until it is armed: then a process that writes through it is in danger. */
public class ArmedMemory extends SharedMemory {
    private SharedMemory counts;
    private final SharedMemory calm;

    public ArmedMemory(SharedMemory calm) {
        super(calm);
        this.calm = calm;
    }

    /** From now on every write goes through this. */
    public void arm(SharedMemory danger) {
        counts = danger;
    }

    private SharedMemory now() {
        return counts == null ? calm : counts;
    }

    @Override
    public void putInt(long offset, int value) {
        now().putInt(offset, value);
    }

    @Override
    public void putLong(long offset, long value) {
        now().putLong(offset, value);
    }

    @Override
    public void putLongs(long offset, long first, long second) {
        now().putLongs(offset, first, second);
    }

    @Override
    public void putLongs(long offset, long a, long b, long c, long d, long e, long f, long g) {
        now().putLongs(offset, a, b, c, d, e, f, g);
    }

    @Override
    public void putLongRelease(long offset, long value) {
        now().putLongRelease(offset, value);
    }

    @Override
    public void putLongVolatile(long offset, long value) {
        now().putLongVolatile(offset, value);
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
        return now().compareAndSetLong(offset, expected, value);
    }

    @Override
    public long getAndAddLong(long offset, long delta) {
        return now().getAndAddLong(offset, delta);
    }

    @Override
    public long getAndSetLong(long offset, long value) {
        return now().getAndSetLong(offset, value);
    }

    @Override
    public void putBytes(long offset, byte[] source, int from, int length) {
        now().putBytes(offset, source, from, length);
    }

    @Override
    public void copy(long from, long to, long length) {
        now().copy(from, to, length);
    }

    @Override
    public void fill(long offset, long length, byte value) {
        now().fill(offset, length, value);
    }
}
