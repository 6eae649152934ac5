package io.shm.memory;

import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import sun.misc.Unsafe;

/**
 * A range of bytes that other processes may be reading and writing at the same time.
 *
 * <p>Offsets are relative to the start of the range, in bytes. All values are little-endian. 8-byte accesses
 * must be 8-byte aligned to be single-copy atomic; the layouts see to that.
 *
 * <p>An offset outside the range is an {@link IndexOutOfBoundsException}; a write to memory that was mapped
 * read-only is an {@link IllegalStateException}. Neither touches the memory.
 *
 * <p>Threads and processes: safe, with the ordering that each method names. A crash leaves every store that
 * was executed; nothing is buffered here.
 *
 * <p>Every write to shared memory in the toolkit goes through this class. The class is open so that tests can
 * put a subclass in its place that counts writes and dies before the n-th; as long as no subclass is loaded
 * the JIT compiles each call to the bare instruction.
 */
public class SharedMemory {
    private static final Unsafe UNSAFE = unsafe();
    private static final long BYTES = Unsafe.ARRAY_BYTE_BASE_OFFSET;
    private static final long BUFFER_ADDRESS = bufferAddressOffset();

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("shm regions are little-endian; this machine is not");
        }
    }

    private final long base;
    // Plain, and only ever raised, by whoever meets them: a thread that sees old ones looks once more.
    private long readLimit;
    private long writeLimit;
    private final boolean writable;
    /** Bytes of the address range, of which those behind the limits must not be touched. */
    private final long capacity;
    /** Tells how far the limits may be raised; null if they stay. */
    private final Extent extent;
    /** Whatever must stay reachable for the memory to stay mapped. */
    private final Object keepAlive;

    protected SharedMemory(long base, long size, boolean writable, Object keepAlive) {
        this(base, size, size, null, writable, keepAlive);
    }

    private SharedMemory(long base, long size, long capacity, Extent extent, boolean writable, Object keepAlive) {
        if (size < 0) {
            throw new IllegalArgumentException("negative size of a mapping: " + size);
        }
        this.base = base;
        this.readLimit = size;
        this.writeLimit = writable ? size : 0;
        this.writable = writable;
        this.capacity = capacity;
        this.extent = extent;
        this.keepAlive = keepAlive;
    }

    /** A view of another view's bytes: what a test subclass is built from. */
    protected SharedMemory(SharedMemory other) {
        this(other.base, other.readLimit, other.capacity, other.extent, other.writable, other);
    }

    /**
     * Memory at an address that the caller has mapped.
     *
     * @param address first byte, in this process's address space
     * @param size bytes that may be touched
     * @param keepAlive stays reachable as long as the result does; may be null
     */
    public static SharedMemory at(long address, long size, boolean writable, Object keepAlive) {
        return new SharedMemory(address, size, writable, keepAlive);
    }

    /**
     * Memory at an address that the caller has mapped, of which more and more may be touched.
     *
     * @param capacity bytes of the address range
     * @param extent asked before an access behind what was known to be backed
     */
    public static SharedMemory growing(long address, long capacity, Extent extent, boolean writable, Object keepAlive) {
        long size = Math.min(capacity, extent.backedBytes());
        return new SharedMemory(address, size, capacity, extent, writable, keepAlive);
    }

    /** The first bytes of this memory alone, however far it grows. */
    public final SharedMemory first(long bytes) {
        return new SharedMemory(base, Math.min(bytes, readLimit), Math.min(bytes, capacity), extent, writable, this);
    }

    /** The bytes of a direct buffer from position to limit; read-only when the buffer is. */
    public static SharedMemory of(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("shared memory needs a direct buffer");
        }
        long address = UNSAFE.getLong(direct, BUFFER_ADDRESS) + direct.position();
        return new SharedMemory(address, direct.remaining(), !direct.isReadOnly(), direct);
    }

    /** Zeroed private memory, page-aligned, for tests and tools; freed by the garbage collector. */
    public static SharedMemory ofPrivate(int size) {
        int pages = (size + 4095) & -4096;
        return of(ByteBuffer.allocateDirect(pages + 4096).alignedSlice(4096).limit(size));
    }

    /** Bytes that may be touched, as far as this view knows: of memory that grows there may be more by now. */
    public final long size() {
        return readLimit;
    }

    /** As {@link #size()}, after a look at how far the memory has grown if that is less than wanted. */
    public final long sizeFor(long wanted) {
        if (wanted > readLimit) {
            look();
        }
        return readLimit;
    }

    public final boolean isWritable() {
        return writable;
    }

    /**
     * The address of an offset in this process; meaningless in another. The range {@code [offset, offset +
     * length)} is checked here, and nowhere after.
     */
    public final long addressOf(long offset, long length) {
        checkRead(offset, checked(length));
        return base + offset;
    }

    // ---------------------------------------------------------------- reads

    public byte getByte(long offset) {
        checkRead(offset, 1);
        return UNSAFE.getByte(base + offset);
    }

    public short getShort(long offset) {
        checkRead(offset, 2);
        return UNSAFE.getShort(base + offset);
    }

    public int getInt(long offset) {
        checkRead(offset, 4);
        return UNSAFE.getInt(base + offset);
    }

    public long getLong(long offset) {
        checkRead(offset, 8);
        return UNSAFE.getLong(base + offset);
    }

    /** A read that no later read or write of this thread is moved before. Pairs with a release or a CAS. */
    public long getLongAcquire(long offset) {
        checkRead(offset, 8);
        long value = UNSAFE.getLong(base + offset);
        UNSAFE.loadFence();
        return value;
    }

    public long getLongVolatile(long offset) {
        checkRead(offset, 8);
        return UNSAFE.getLongVolatile(null, base + offset);
    }

    public void getBytes(long offset, byte[] target, int from, int length) {
        java.util.Objects.checkFromIndexSize(from, length, target.length);
        checkRead(offset, length);
        UNSAFE.copyMemory(null, base + offset, target, BYTES + from, length);
    }

    /** Orders the reads before it against the reads after it: the middle of a seqlock read. */
    public static void loadLoadFence() {
        VarHandle.loadLoadFence();
    }

    /** Orders the writes before it against the writes after it. */
    public static void storeStoreFence() {
        VarHandle.storeStoreFence();
    }

    /** Orders all before it against all after it: a store is there for everybody before the next read. */
    public static void fullFence() {
        VarHandle.fullFence();
    }

    // ---------------------------------------------------------------- writes

    public void putByte(long offset, byte value) {
        checkWrite(offset, 1);
        UNSAFE.putByte(base + offset, value);
    }

    public void putShort(long offset, short value) {
        checkWrite(offset, 2);
        UNSAFE.putShort(base + offset, value);
    }

    public void putInt(long offset, int value) {
        checkWrite(offset, 4);
        UNSAFE.putInt(base + offset, value);
    }

    public void putLong(long offset, long value) {
        checkWrite(offset, 8);
        UNSAFE.putLong(base + offset, value);
    }

    /** Two plain writes side by side, checked once. */
    public void putLongs(long offset, long first, long second) {
        checkWrite(offset, 16);
        long address = base + offset;
        UNSAFE.putLong(address, first);
        UNSAFE.putLong(address + 8, second);
    }

    /** Seven plain writes side by side, checked once: a record's body. */
    public void putLongs(long offset, long a, long b, long c, long d, long e, long f, long g) {
        checkWrite(offset, 56);
        long address = base + offset;
        UNSAFE.putLong(address, a);
        UNSAFE.putLong(address + 8, b);
        UNSAFE.putLong(address + 16, c);
        UNSAFE.putLong(address + 24, d);
        UNSAFE.putLong(address + 32, e);
        UNSAFE.putLong(address + 40, f);
        UNSAFE.putLong(address + 48, g);
    }

    /** A write that no earlier read or write of this thread is moved after. Pairs with an acquire. */
    public void putLongRelease(long offset, long value) {
        checkWrite(offset, 8);
        UNSAFE.putOrderedLong(null, base + offset, value);
    }

    public void putLongVolatile(long offset, long value) {
        checkWrite(offset, 8);
        UNSAFE.putLongVolatile(null, base + offset, value);
    }

    public boolean compareAndSetLong(long offset, long expected, long value) {
        checkWrite(offset, 8);
        return UNSAFE.compareAndSwapLong(null, base + offset, expected, value);
    }

    /** Adds atomically and returns the value before. */
    public long getAndAddLong(long offset, long delta) {
        checkWrite(offset, 8);
        return UNSAFE.getAndAddLong(null, base + offset, delta);
    }

    public long getAndSetLong(long offset, long value) {
        checkWrite(offset, 8);
        return UNSAFE.getAndSetLong(null, base + offset, value);
    }

    /** Sets bits atomically and returns the value before. */
    public final long getAndBitwiseOrLong(long offset, long bits) {
        long seen;
        do {
            seen = getLongVolatile(offset);
        } while ((seen & bits) != bits && !compareAndSetLong(offset, seen, seen | bits));
        return seen;
    }

    public void putBytes(long offset, byte[] source, int from, int length) {
        java.util.Objects.checkFromIndexSize(from, length, source.length);
        checkWrite(offset, length);
        UNSAFE.copyMemory(source, BYTES + from, null, base + offset, length);
    }

    /** Copies within the memory; the ranges may overlap. */
    public void copy(long from, long to, long length) {
        checkRead(from, checked(length));
        checkWrite(to, length);
        UNSAFE.copyMemory(base + from, base + to, length);
    }

    public void fill(long offset, long length, byte value) {
        checkWrite(offset, checked(length));
        UNSAFE.setMemory(base + offset, length, value);
    }

    // ---------------------------------------------------------------- checks

    // The sum may be negative where it overflows; no difference of what is not negative does. The compiler knows most
    // lengths, so they are not looked at here.

    private void checkRead(long offset, long length) {
        long end = offset + length;
        if ((offset | end | (readLimit - end)) < 0) {
            reach(offset, length);
        }
    }

    private void checkWrite(long offset, long length) {
        long end = offset + length;
        if ((offset | end | (writeLimit - end)) < 0) {
            if (!writable) {
                throw readOnly(offset);
            }
            reach(offset, length);
        }
    }

    /** A length that the caller names. */
    private static long checked(long length) {
        if (length < 0) {
            throw new IndexOutOfBoundsException("negative length: " + length);
        }
        return length;
    }

    /** Behind what was known to be backed: more may be by now, or the offset is wrong. */
    private void reach(long offset, long length) {
        if (offset >= 0 && offset <= capacity - length) {
            look();
        }
        if (offset < 0 || offset > readLimit - length) {
            throw new IndexOutOfBoundsException(
                    "outside the mapping: offset=" + offset + " length=" + length + " mapped=" + readLimit);
        }
    }

    /** One at a time, so that the limits belong together. */
    private synchronized void look() {
        if (extent != null) {
            long backed = Math.min(capacity, extent.backedBytes());
            if (backed > readLimit) {
                readLimit = backed;
                writeLimit = writable ? backed : 0;
            }
        }
    }

    private static IllegalStateException readOnly(long offset) {
        return new IllegalStateException("the region is attached read-only: refused a write at offset=" + offset);
    }

    @Override
    public String toString() {
        return "SharedMemory[" + readLimit + " bytes" + (isWritable() ? "" : ", read-only")
                + (keepAlive == null ? "" : ", " + keepAlive.getClass().getSimpleName()) + "]";
    }

    @SuppressWarnings("removal")
    private static long bufferAddressOffset() {
        try {
            return UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField("address"));
        } catch (NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
