package io.shm.cli.bench;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** {@code Unsafe.allocateMemory}: malloc with the JVM's own accounting. */
final class UnsafeMemory implements AddressLoops.Allocator {
    private static final Unsafe UNSAFE = unsafe();

    @Override
    public long allocate(long size) {
        return UNSAFE.allocateMemory(size);
    }

    @Override
    public void free(long address) {
        UNSAFE.freeMemory(address);
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
