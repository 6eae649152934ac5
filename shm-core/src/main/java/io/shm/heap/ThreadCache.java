package io.shm.heap;

import io.shm.layout.SizeClasses;
import io.shm.memory.Posix;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a thread keeps for itself: its slabs with their free lists, a stock of generations, its counters.
 *
 * <p>Used by one thread; or, for virtual threads, by whoever holds the lock of the stripe; or by whoever has frozen
 * it, or finds its thread ended. Fields are plain because of that. Refers to nothing of the heap, so that a thread which
 * outlives the heap keeps little alive.
 */
class ThreadCache extends Padding.Before {
    private static final VarHandle BUSY = flag("busy");
    private static final VarHandle FROZEN = flag("frozen");

    /** The slab that is allocated from, by class. */
    final SlabCache[] current = new SlabCache[SizeClasses.COUNT];
    /** Slabs with free records, by class; made when needed. */
    final SlabList[] available = new SlabList[SizeClasses.COUNT];
    /** All slabs, by class. */
    final SlabList[] held = new SlabList[SizeClasses.COUNT];
    /** How many slabs of a class have no block in use. */
    final int[] empties = new int[SizeClasses.COUNT];

    private static final int INTS = 2 * Padding.LONGS;
    /** How many records a thread keeps at hand for each class. */
    static final int RECENT = 16;

    /** Records freed last, by class, the newest on top: their cache lines are warm. Not in their slabs' lists. */
    private final long[] recent = new long[Padding.LONGS + SizeClasses.COUNT * RECENT + Padding.LONGS];

    private final int[] recentCount = new int[INTS + SizeClasses.COUNT + INTS];
    /** Where the next look for blocks freed by others begins, by class. */
    final int[] hintCursor = new int[SizeClasses.COUNT];
    /** Slabs of this cache with blocks freed by other threads of the process. */
    final ConcurrentLinkedQueue<SlabCache> freedByOthers = new ConcurrentLinkedQueue<>();

    final Counters sites;
    /** Of all tags but the general one, which is what remains. */
    final Counters tags;

    final Counters pools;
    /** The record this thread freed last, by pool: the first to try again. */
    final long[] lastOfPool;

    /** The id of the stack of the allocation that is going on, 0 for none. */
    int stack;

    long generation;
    long generationLimit;
    /** The last pressure that was answered. */
    int pressure;

    /** Null for a stripe. */
    private final WeakReference<Thread> thread;
    /** Null unless it is a stripe. */
    final ReentrantLock lock;

    private final long threadId;

    @SuppressWarnings("unused") // through BUSY: an operation of the thread is going on
    private boolean busy;

    @SuppressWarnings("unused") // through FROZEN: another thread has the cache
    private boolean frozen;

    ThreadCache(Thread thread, int siteCount, int tagCount, int poolCount) {
        this.thread = thread == null ? null : new WeakReference<>(thread);
        this.threadId = thread == null ? 0 : threadId(thread);
        this.lock = thread == null ? new ReentrantLock() : null;
        this.sites = new Counters(siteCount);
        this.tags = new Counters(tagCount);
        this.pools = new Counters(poolCount);
        this.lastOfPool = new long[poolCount];
        for (int i = 0; i < SizeClasses.COUNT; i++) {
            available[i] = new SlabList(true);
            held[i] = new SlabList(false);
        }
    }

    /** The record of the class that was freed last, taken out; 0 if there is none. */
    long popRecent(int sizeClass) {
        int count = recentCount[INTS + sizeClass];
        if (count == 0) {
            return 0;
        }
        recentCount[INTS + sizeClass] = count - 1;
        return recent[Padding.LONGS + sizeClass * RECENT + count - 1];
    }

    /** False if there is no room. */
    boolean pushRecent(int sizeClass, long recordAt) {
        int count = recentCount[INTS + sizeClass];
        if (count == RECENT) {
            return false;
        }
        recent[Padding.LONGS + sizeClass * RECENT + count] = recordAt;
        recentCount[INTS + sizeClass] = count + 1;
        return true;
    }

    /** The id to note in a record: this cache's thread, or the virtual thread that is using the stripe. */
    long threadId() {
        return lock == null ? threadId : threadId(Thread.currentThread());
    }

    /** Whether it is the cache of this thread. */
    boolean isOf(Thread asked) {
        return thread != null && thread.refersTo(asked);
    }

    /** Whether its thread has ended, so that anyone who holds the heap's slow lock may take its slabs. */
    boolean isAbandoned() {
        if (thread == null) {
            return false;
        }
        Thread owner = thread.get();
        return owner == null || !owner.isAlive();
    }

    /**
     * Begins an operation of the cache's own thread; false while another thread has frozen the cache.
     *
     * <p>The cheap half of an asymmetric Dekker lock: this thread stores BUSY and then reads FROZEN without a full fence in
     * between; {@link #tryFreeze} stores FROZEN, makes all threads pass a barrier, and then reads BUSY. So not both miss
     * the other's store.
     */
    boolean tryEnter() {
        assert !(boolean) BUSY.getOpaque(this) : "entered twice: the end of the inner operation would let others in";
        BUSY.setOpaque(this, true);
        // For the compiler, which may otherwise read first. No instruction on x86.
        VarHandle.storeStoreFence();
        if ((boolean) FROZEN.getAcquire(this)) {
            BUSY.setRelease(this, false);
            return false;
        }
        return true;
    }

    /** Ends an operation; what it did is seen by whoever freezes the cache later. */
    void exit() {
        if (lock != null) {
            lock.unlock();
        } else {
            BUSY.setRelease(this, false);
        }
    }

    /**
     * Keeps the thread out while another looks after its slabs; false where it is in the middle of an operation,
     * or where nobody can tell. With the heap's slow lock, which the thread waits for.
     */
    boolean tryFreeze() {
        if (lock != null) {
            return lock.tryLock();
        }
        FROZEN.setVolatile(this, true);
        if (Posix.barrierInAllThreads() && !(boolean) BUSY.getAcquire(this)) {
            return true;
        }
        FROZEN.setVolatile(this, false);
        return false;
    }

    void unfreeze() {
        if (lock != null) {
            lock.unlock();
        } else {
            FROZEN.setVolatile(this, false);
        }
    }

    private static VarHandle flag(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(ThreadCache.class, name, boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("deprecation") // threadId() is not there on 17
    static long threadId(Thread thread) {
        return thread.getId();
    }

    /** What is made: with room behind the fields, see {@link Padding}. */
    @SuppressWarnings("unused")
    static final class Padded extends ThreadCache {
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;

        Padded(Thread thread, int siteCount, int tagCount, int poolCount) {
            super(thread, siteCount, tagCount, poolCount);
        }
    }
}
