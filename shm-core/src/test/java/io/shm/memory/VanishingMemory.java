package io.shm.memory;

/** Memory whose pages are gone from some moment on: what the JVM throws then, at the next access. */
public final class VanishingMemory extends ForwardingMemory {
    private boolean gone;

    public VanishingMemory(SharedMemory inner) {
        super(inner);
    }

    public void vanish() {
        gone = true;
    }

    private void check() {
        if (gone) {
            throw new InternalError(
                    "a fault occurred in a recent unsafe memory access operation in compiled Java code");
        }
    }

    @Override
    public long getLong(long offset) {
        check();
        return super.getLong(offset);
    }

    @Override
    public long getLongAcquire(long offset) {
        check();
        return super.getLongAcquire(offset);
    }

    @Override
    public long getLongVolatile(long offset) {
        check();
        return super.getLongVolatile(offset);
    }

    @Override
    public void putLong(long offset, long value) {
        check();
        super.putLong(offset, value);
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
        check();
        return super.compareAndSetLong(offset, expected, value);
    }
}
