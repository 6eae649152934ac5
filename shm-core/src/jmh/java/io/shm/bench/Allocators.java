package io.shm.bench;

import com.sun.jna.Native;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** The allocators that are compared, behind one set of methods with a reference for each block. */
public enum Allocators {
    /** This toolkit: in shared memory, with the whole record of every block. */
    SHM {
        @Override
        Object allocate(Region region, long size) {
            return region.allocate(size, Tag.GENERAL, SITE);
        }

        @Override
        void free(Object block) {
            ((Block) block).free();
        }
    },
    /** Netty's pool of direct buffers, leak detection off. */
    NETTY {
        @Override
        Object allocate(Region region, long size) {
            return PooledByteBufAllocator.DEFAULT.directBuffer((int) size);
        }

        @Override
        void free(Object block) {
            ((ByteBuf) block).release();
        }
    },
    /** {@code Unsafe.allocateMemory}: malloc with the JVM's own accounting. */
    UNSAFE {
        @Override
        Object allocate(Region region, long size) {
            return UNSAFE_ACCESS.allocateMemory(size);
        }

        @Override
        void free(Object block) {
            UNSAFE_ACCESS.freeMemory((Long) block);
        }
    },
    /** malloc and free through JNA: most of it is the way there. */
    MALLOC {
        @Override
        Object allocate(Region region, long size) {
            return Native.malloc(size);
        }

        @Override
        void free(Object block) {
            Native.free((Long) block);
        }
    };

    private static final Site SITE = Site.here();
    private static final Unsafe UNSAFE_ACCESS = unsafe();

    abstract Object allocate(Region region, long size);

    abstract void free(Object block);

    static Region region(long size) {
        return Region.create(RegionOptions.anonymous().size(size).populate(true));
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
