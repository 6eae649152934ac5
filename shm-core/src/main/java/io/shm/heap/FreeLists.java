package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SizeClasses;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.SlabState;
import io.shm.memory.SharedMemory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The slabs of this process and their free lists: which thread has which, where more come from, and who gets them back.
 *
 * <p>All of it lives on the Java heap and is a hint; what is free is told by the records. A list belongs to one {@link
 * ThreadCache} at a time. Invariant: a slab is given back only when no thread of this process knows a free record of it.
 *
 * <p>Threads: methods with a cache are for whoever has entered it. The lock is held while slabs change hands between
 * threads of this process, and never while anyone waits for another process.
 */
final class FreeLists {
    /** More slabs for the region: see {@link Growth#grow}. */
    interface Grower {
        boolean grow(int slabs, int searched);
    }

    private static final int HINT_LOOKS = 8;
    /** Others may take what was grown; but that often only where somebody writes over the slab count. */
    private static final int MOST_GROWTHS = 1000;

    private final SharedMemory memory;
    private final RegionMap map;
    private final int owner;
    private final SlabSource source;
    private final ThreadCaches caches;
    private final Runnable checkOpen;
    /** Told of a cache whose thread has ended, before it is forgotten. */
    private final Consumer<ThreadCache> lastWords;
    /** Asked when all searches have failed. */
    private final Grower growth;

    /** Free lists by slab; null where the slab is not ours. A stale read costs a detour, never an error. */
    private final SlabCache[] slabCaches;

    private final ReentrantLock slow = new ReentrantLock();
    /** Raised when memory is short, with the slow lock; each thread then gives back its empty slabs at its next free. */
    private volatile int pressure;
    /** What the region's own count of such moments was when this process last answered it. */
    private long pressureSeen;

    FreeLists(
            SharedMemory memory,
            RegionMap map,
            int owner,
            SlabSource source,
            ThreadCaches caches,
            Runnable checkOpen,
            Consumer<ThreadCache> lastWords,
            Grower growth) {
        this.memory = memory;
        this.map = map;
        this.owner = owner;
        this.source = source;
        this.caches = caches;
        this.checkOpen = checkOpen;
        this.lastWords = lastWords;
        this.growth = growth;
        this.slabCaches = new SlabCache[map.slabLimit()];
    }

    /** The free list of a slab; null where the slab is not ours. */
    SlabCache of(int slab) {
        return slabCaches[slab];
    }

    /** Whether the cache shall give back what it can spare, by {@link #answerPressure}. */
    boolean isPressed(ThreadCache cache) {
        return cache.pressure != pressure;
    }

    /** Runs something while no slab changes hands. */
    void exclusively(Runnable task) {
        slow.lock();
        try {
            task.run();
        } finally {
            slow.unlock();
        }
    }

    /** A claimed run for one large block; -1 where there is none, however much is swept. */
    int claimLarge(ThreadCache cache, int slabs) {
        slow.lock();
        try {
            // An empty slab kept for a class would stand in the way of a run.
            giveBackEmpties(cache);
            int head = source.claimLarge(slabs);
            if (head < 0) {
                sweepAbandoned();
                giveBackWhatOthersFreed(cache);
                sweepIdle(cache);
                source.releaseEmpty();
                int searched = source.slabCount();
                head = source.claimLarge(slabs);
                for (int grown = 0; head < 0 && grown < MOST_GROWTHS && grow(slabs, searched); grown++) {
                    searched = source.slabCount();
                    head = source.claimLarge(slabs);
                }
            }
            if (head < 0) {
                checkOpen.run();
                raisePressure();
            }
            return head;
        } finally {
            slow.unlock();
        }
    }

    /** Takes back what ended threads left and, where memory is short somewhere, what idle ones keep. With the lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // with the lock
    void sweep() {
        sweepAbandoned();
        long asked = memory.getLong(HeaderLayout.PRESSURE_OFFSET);
        if (asked != pressureSeen) {
            pressureSeen = asked;
            pressure++;
            sweepIdle(null);
        }
    }

    /** A free record of one of the thread's slabs, or of a new one; 0 where there is no room. */
    long pop(ThreadCache cache, int sizeClass) {
        SlabCache slab = cache.current[sizeClass];
        int index = slab == null ? -1 : slab.pop();
        if (index < 0) {
            slab = refill(cache, sizeClass);
            if (slab == null) {
                return 0;
            }
            index = slab.pop();
        }
        if (slab.freeCount() + 1 == slab.count) {
            cache.empties[sizeClass]--;
        }
        return slab.recordAt(index);
    }

    /** A slab of the class with a free record, made the cache's current one; null where there is none. */
    private SlabCache refill(ThreadCache cache, int sizeClass) {
        // It is used up; what others have freed in it makes it available again like any other.
        cache.current[sizeClass] = null;
        SlabCache slab = cache.available[sizeClass].last();
        if (slab == null) {
            takeFreedByOthers(cache);
            lookAtHints(cache, sizeClass, HINT_LOOKS);
            slab = cache.available[sizeClass].last();
        }
        if (slab == null) {
            slab = acquire(cache, sizeClass);
        }
        if (slab == null) {
            return null;
        }
        cache.available[sizeClass].remove(slab);
        cache.current[sizeClass] = slab;
        return slab;
    }

    private SlabCache acquire(ThreadCache cache, int sizeClass) {
        slow.lock();
        try {
            checkOpen.run();
            if (sizeClass >= SizeClasses.FIRST_SPAN) {
                // An empty slab kept for another class would stand in the way of a run.
                giveBackEmpties(cache);
            }
            SlabCache acquired = takeOneWithRoom(cache, sizeClass, false);
            if (acquired == null) {
                sweepAbandoned();
                giveBackEmpties(cache);
                acquired = takeOneWithRoom(cache, sizeClass, true);
            }
            int searched = 0;
            if (acquired == null) {
                giveBackWhatOthersFreed(cache);
                sweepIdle(cache);
                source.releaseEmpty();
                searched = source.slabCount();
                acquired = takeOneWithRoom(cache, sizeClass, true);
            }
            if (acquired != null) {
                return acquired;
            }
            for (int i = cache.held[sizeClass].size() - 1; i >= 0; i--) {
                rescan(cache, cache.held[sizeClass].get(i), -1L);
            }
            int slabs = Geometry.ofClass(sizeClass).slabs();
            for (int grown = 0;
                    cache.available[sizeClass].last() == null && grown < MOST_GROWTHS && grow(slabs, searched);
                    grown++) {
                searched = source.slabCount();
                takeOneWithRoom(cache, sizeClass, true);
            }
            if (cache.available[sizeClass].last() == null) {
                raisePressure();
            }
            return cache.available[sizeClass].last();
        } finally {
            slow.unlock();
        }
    }

    /**
     * More slabs at the region's end: so many that there is a run of the length, if no others take of them.
     *
     * @param searched how many slabs there were before the search that found none
     */
    private boolean grow(int slabs, int searched) {
        checkOpen.run();
        return growth.grow(Math.max(1, slabs - source.freeAtEnd(slabs)), searched);
    }

    /** Takes slabs until one has a free record; null where there are no more. A hint may have promised too much. */
    private SlabCache takeOneWithRoom(ThreadCache cache, int sizeClass, boolean anyPartial) {
        int slab = source.acquire(sizeClass, anyPartial);
        while (slab >= 0) {
            SlabCache taken = take(cache, slab, sizeClass);
            if (taken.freeCount() > 0 && taken.heldAt >= 0) {
                return taken;
            }
            slab = source.acquire(sizeClass, anyPartial);
        }
        return null;
    }

    /** Makes a slab that is ours in the region part of the cache, with its free records by a scan. */
    private SlabCache take(ThreadCache cache, int slab, int sizeClass) {
        SlabCache taken = new SlabCache(cache, slab, sizeClass, map.slabAt(slab));
        slabCaches[slab] = taken;
        cache.held[sizeClass].add(taken);
        memory.putLongVolatile(map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, 0);
        rescan(cache, taken, -1L);
        return taken;
    }

    /** Puts the records of some groups that are FREE into the list. The truth is in the records. */
    private void rescan(ThreadCache cache, SlabCache slab, long groups) {
        putBackRecent(cache, slab.sizeClass);
        if (slabCaches[slab.slab] != slab) {
            return;
        }
        int size = SlabCache.groupSize(slab.count);
        int before = slab.freeCount();
        for (long left = groups; left != 0; left &= left - 1) {
            int from = Long.numberOfTrailingZeros(left) * size;
            for (int index = from; index < Math.min(from + size, slab.count); index++) {
                if (!slab.contains(index)
                        && BlockStates.is(memory.getLongAcquire(slab.recordAt(index)), BlockState.FREE)) {
                    slab.push(index);
                }
            }
        }
        if (slab.freeCount() > before) {
            noteFree(cache, slab);
        }
    }

    private void takeFreedByOthers(ThreadCache cache) {
        for (SlabCache slab = cache.freedByOthers.poll(); slab != null; slab = cache.freedByOthers.poll()) {
            if (slabCaches[slab.slab] == slab) {
                takeHint(cache, slab);
            }
        }
    }

    private void lookAtHints(ThreadCache cache, int sizeClass, int looks) {
        SlabList held = cache.held[sizeClass];
        for (int i = Math.min(looks, held.size()); i > 0; i--) {
            int at = cache.hintCursor[sizeClass];
            cache.hintCursor[sizeClass] = at + 1 < held.size() ? at + 1 : 0;
            if (at < held.size()) {
                takeHint(cache, held.get(at));
            }
        }
    }

    private void takeHint(ThreadCache cache, SlabCache slab) {
        long hintAt = map.slabEntryAt(slab.slab) + SlabLayout.HINT_OFFSET;
        if (memory.getLong(hintAt) != 0) {
            rescan(cache, slab, memory.getAndSetLong(hintAt, 0));
        }
    }

    /** After records were pushed: the slab can serve again, and may have become empty. */
    private void noteFree(ThreadCache cache, SlabCache slab) {
        if (slab.isEmptySlab()) {
            noteEmpty(cache, slab);
        } else if (cache.current[slab.sizeClass] != slab) {
            cache.available[slab.sizeClass].add(slab);
        }
    }

    /** One empty slab of a class is kept; a further one goes back to the region. */
    private void noteEmpty(ThreadCache cache, SlabCache slab) {
        if (cache.empties[slab.sizeClass] > 0) {
            giveBack(cache, slab);
            return;
        }
        cache.empties[slab.sizeClass]++;
        if (cache.current[slab.sizeClass] != slab) {
            cache.available[slab.sizeClass].add(slab);
        }
    }

    void push(ThreadCache cache, SlabCache slab, long recordAt) {
        boolean wasFull = slab.freeCount() == 0;
        slab.push(RecordLayout.indexOf(slab.slabAt, recordAt));
        if (slab.isEmptySlab()) {
            noteEmpty(cache, slab);
        } else if (wasFull && cache.current[slab.sizeClass] != slab) {
            cache.available[slab.sizeClass].add(slab);
        }
    }

    /**
     * Puts the records at hand back into their slabs' lists. Before a slab is looked at as a whole: one that seems empty
     * is given away, and then nobody here may know a record of it.
     */
    private void putBackRecent(ThreadCache cache, int sizeClass) {
        for (long recordAt = cache.popRecent(sizeClass); recordAt != 0; recordAt = cache.popRecent(sizeClass)) {
            SlabCache slab = slabCaches[(int) map.slabOf(recordAt)];
            if (slab != null && slab.holder == cache) {
                push(cache, slab, recordAt);
            }
        }
    }

    void answerPressure(ThreadCache cache) {
        slow.lock();
        try {
            cache.pressure = pressure;
            giveBackEmpties(cache);
        } finally {
            slow.unlock();
        }
    }

    /** With the slow lock. */
    private void giveBackEmpties(ThreadCache cache) {
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            putBackRecent(cache, sizeClass);
            SlabList held = cache.held[sizeClass];
            for (int i = held.size() - 1; i >= 0; i--) {
                if (held.get(i).isEmptySlab()) {
                    cache.empties[sizeClass]--;
                    giveBack(cache, held.get(i));
                }
            }
        }
    }

    /** Asks every thread of this process, and the housekeepers of the others, to give back what they can. With the lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // with the lock
    private void raisePressure() {
        pressure++;
        memory.getAndAddLong(HeaderLayout.PRESSURE_OFFSET, 1);
    }

    /**
     * With the slow lock: takes back what idle threads keep for nothing, empty slabs and those whose blocks others have
     * freed.
     *
     * @param except the caller's own cache, or null
     */
    private void sweepIdle(ThreadCache except) {
        for (ThreadCache cache : caches.all()) {
            if (cache != except && cache.tryFreeze()) {
                try {
                    giveBackWhatOthersFreed(cache);
                } finally {
                    cache.unfreeze();
                }
            }
        }
    }

    /** With the slow lock: whatever class they are of, slabs that are empty now, since other threads or processes freed. */
    private void giveBackWhatOthersFreed(ThreadCache cache) {
        takeFreedByOthers(cache);
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            putBackRecent(cache, sizeClass);
            SlabList held = cache.held[sizeClass];
            // From the end: a slab that turns out empty may leave the list, and the last one takes its place.
            for (int i = held.size() - 1; i >= 0; i--) {
                takeHint(cache, held.get(i));
            }
        }
        giveBackEmpties(cache);
    }

    /** With the slow lock, for caches whose thread has ended: its slabs go to whoever wants them. */
    private void sweepAbandoned() {
        for (ThreadCache cache : caches.all()) {
            if (!cache.isAbandoned()) {
                continue;
            }
            lastWords.accept(cache);
            for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
                for (SlabCache slab = cache.held[sizeClass].last(); slab != null; slab = cache.held[sizeClass].last()) {
                    rescan(cache, slab, -1L);
                    if (slab.heldAt >= 0) {
                        giveBack(cache, slab);
                    }
                }
            }
            caches.remove(cache);
        }
    }

    /** Takes a slab out of the cache and gives it to the region: free if nothing lives in it, else unowned. */
    private void giveBack(ThreadCache cache, SlabCache slab) {
        cache.available[slab.sizeClass].remove(slab);
        cache.held[slab.sizeClass].remove(slab);
        if (cache.current[slab.sizeClass] == slab) {
            cache.current[slab.sizeClass] = null;
        }
        slabCaches[slab.slab] = null;
        long word = source.wordOf(slab.slab);
        if (SlabSource.stateOf(word) != SlabState.OWN || SlabWord.owner(word) != owner) {
            return;
        }
        if (slab.isEmptySlab()) {
            source.release(slab.slab, word);
        } else {
            source.giveUp(slab.slab, word, slab.geometry);
        }
    }
}
