package io.shm.schedule;

import io.shm.memory.SharedMemory;

/** One participant's view of the memory: every access is a point of the schedule, and plain stores are kept back. */
final class ScheduledMemory extends SharedMemory {
    private static final int READ = 1;
    /** Writes are where things change: more switches among them, fewer within long scans. */
    private static final int WRITE = 8;

    private final Scheduler scheduler;
    private final int actor;
    private final StoreBuffer buffer;
    private final boolean commitsAreFences;

    /** @param commitsAreFences false for a deliberate mistake: then a CAS does not order the stores before it */
    ScheduledMemory(SharedMemory inner, Scheduler scheduler, int actor, StoreBuffer buffer, boolean commitsAreFences) {
        super(inner);
        this.commitsAreFences = commitsAreFences;
        this.scheduler = scheduler;
        this.actor = actor;
        this.buffer = buffer;
    }

    private void point(int weight) {
        scheduler.point(actor, weight);
    }

    // ---------------------------------------------------------------- reads

    @Override
    public byte getByte(long offset) {
        point(READ);
        int i = buffer.find(offset, 1);
        return i < 0 ? super.getByte(offset) : (byte) buffer.value(i);
    }

    @Override
    public short getShort(long offset) {
        point(READ);
        int i = buffer.find(offset, 2);
        return i < 0 ? super.getShort(offset) : (short) buffer.value(i);
    }

    @Override
    public int getInt(long offset) {
        point(READ);
        int i = buffer.find(offset, 4);
        return i < 0 ? super.getInt(offset) : (int) buffer.value(i);
    }

    @Override
    public long getLong(long offset) {
        point(READ);
        int i = buffer.find(offset, 8);
        return i < 0 ? super.getLong(offset) : buffer.value(i);
    }

    @Override
    public long getLongAcquire(long offset) {
        return getLong(offset);
    }

    @Override
    public long getLongVolatile(long offset) {
        return getLong(offset);
    }

    @Override
    public void getBytes(long offset, byte[] target, int from, int length) {
        point(READ);
        buffer.drain();
        super.getBytes(offset, target, from, length);
    }

    // ---------------------------------------------------------------- plain writes

    @Override
    public void putByte(long offset, byte value) {
        point(WRITE);
        buffer.store(offset, value, 1);
    }

    @Override
    public void putShort(long offset, short value) {
        point(WRITE);
        buffer.store(offset, value, 2);
    }

    @Override
    public void putInt(long offset, int value) {
        point(WRITE);
        buffer.store(offset, value, 4);
    }

    @Override
    public void putLong(long offset, long value) {
        point(WRITE);
        buffer.store(offset, value, 8);
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
    public void putBytes(long offset, byte[] source, int from, int length) {
        point(WRITE);
        buffer.drain();
        super.putBytes(offset, source, from, length);
    }

    @Override
    public void copy(long from, long to, long length) {
        point(WRITE);
        buffer.drain();
        super.copy(from, to, length);
    }

    @Override
    public void fill(long offset, long length, byte value) {
        point(WRITE);
        buffer.drain();
        super.fill(offset, length, value);
    }

    // ---------------------------------------------------------------- ordered writes

    @Override
    public void putLongRelease(long offset, long value) {
        point(WRITE);
        buffer.drain();
        super.putLongRelease(offset, value);
    }

    @Override
    public void putLongVolatile(long offset, long value) {
        point(WRITE);
        buffer.drain();
        super.putLongVolatile(offset, value);
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
        point(WRITE);
        if (commitsAreFences || buffer.find(offset, 8) >= 0) {
            buffer.drain();
        }
        return super.compareAndSetLong(offset, expected, value);
    }

    @Override
    public long getAndAddLong(long offset, long delta) {
        point(WRITE);
        buffer.drain();
        return super.getAndAddLong(offset, delta);
    }

    @Override
    public long getAndSetLong(long offset, long value) {
        point(WRITE);
        buffer.drain();
        return super.getAndSetLong(offset, value);
    }
}
