package io.shm.heap;

import io.shm.layout.RegionMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The caches of all threads that have used a heap: one a thread, and a few locked stripes for virtual threads, of which
 * there may be millions.
 *
 * <p>Threads: safe. {@link #enter} gives the caller its cache until {@link ThreadCache#exit}.
 */
final class ThreadCaches {
    private static final int RECENT = 64;

    private final RegionMap map;
    private final Runnable untilUnfrozen;
    private final ThreadLocal<ThreadCache> ownCache = ThreadLocal.withInitial(this::newCache);
    /**
     * The caches used last, by thread id: quicker than the ThreadLocal. (The identity hash is slow for a thread that
     * somebody joins.) A benign race.
     */
    private final ThreadCache[] recent = new ThreadCache[RECENT];

    private final ConcurrentLinkedQueue<ThreadCache> caches = new ConcurrentLinkedQueue<>();
    private final ThreadCache[] stripes;

    /** @param untilUnfrozen waits while another thread looks after a cache's slabs */
    ThreadCaches(RegionMap map, Runnable untilUnfrozen) {
        this.map = map;
        this.untilUnfrozen = untilUnfrozen;
        this.stripes = VirtualThreads.SUPPORTED
                ? new ThreadCache[Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 2)]
                : new ThreadCache[0];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new ThreadCache.Padded(null, map.siteCount(), map.tagCount(), map.poolCount());
            caches.add(stripes[i]);
        }
    }

    /** All caches; others may come while one looks. */
    Iterable<ThreadCache> all() {
        return caches;
    }

    void remove(ThreadCache cache) {
        caches.remove(cache);
    }

    ThreadCache enter() {
        if (VirtualThreads.SUPPORTED && VirtualThreads.isCurrent()) {
            return enterStripe();
        }
        Thread thread = Thread.currentThread();
        ThreadCache cache = recent[(int) ThreadCache.threadId(thread) & (RECENT - 1)];
        return cache != null && cache.isOf(thread) && cache.tryEnter() ? cache : enterOwn(thread);
    }

    private ThreadCache enterOwn(Thread thread) {
        ThreadCache cache = ownCache.get();
        recent[(int) ThreadCache.threadId(thread) & (RECENT - 1)] = cache;
        while (!cache.tryEnter()) {
            untilUnfrozen.run();
        }
        return cache;
    }

    private ThreadCache enterStripe() {
        ThreadCache stripe = stripes[(int) ThreadCache.threadId(Thread.currentThread()) & (stripes.length - 1)];
        stripe.lock.lock();
        return stripe;
    }

    private ThreadCache newCache() {
        ThreadCache cache =
                new ThreadCache.Padded(Thread.currentThread(), map.siteCount(), map.tagCount(), map.poolCount());
        caches.add(cache);
        return cache;
    }
}
