package io.shm;

import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.SlabState;
import io.shm.memory.SharedMemory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Empty slabs that the threads of other processes keep. An allocation that finds no room asks for them, and their
 * housekeepers give them back within a tenth of a second: so it waits for that, before it is refused. Only if there are any,
 * and once a second at most: who tries again and again in a full region is not to be slowed down. The housekeeper, on whose
 * thread listeners may allocate, never waits: the slabs of the other regions of this process are its to give back.
 *
 * <p>Threads: any. Changes nothing in the region.
 */
final class IdleElsewhere {
    private static final long MOST_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;
    private final int owner;
    private final ReentrantLock lock = new ReentrantLock();
    private long asked;
    private long endOfWait = System.nanoTime() - PAUSE_NS;

    /** @param owner this participant's slot + 1 */
    IdleElsewhere(SharedMemory memory, RegionMap map, int owner) {
        this.memory = memory;
        this.map = map;
        this.scan = new LedgerScan(memory, map);
        this.owner = owner;
        this.asked = memory.getLongAcquire(HeaderLayout.PRESSURE_OFFSET);
    }

    /** Waits for what was asked for; whether anything may have come, so that one more try makes sense. */
    boolean comesBack() {
        if (Housekeeper.isCalling()) {
            return false;
        }
        long since = System.nanoTime();
        lock.lock();
        try {
            if (endOfWait - since > 0) {
                // Another thread has waited meanwhile.
                return true;
            }
            long pressure = memory.getLongAcquire(HeaderLayout.PRESSURE_OFFSET);
            if (pressure == asked || since - endOfWait < PAUSE_NS) {
                // It was refused for another reason than a lack of slabs: a pool, a budget.
                return false;
            }
            asked = pressure;
            int before = count();
            int now = before;
            long start = System.nanoTime();
            while (now > 0
                    && System.nanoTime() - start < MOST_NS
                    && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(LOOK_NS);
                now = count();
            }
            endOfWait = before > 0 ? System.nanoTime() : endOfWait;
            return now < before;
        } finally {
            lock.unlock();
        }
    }

    private int count() {
        int[] slabs = new int[1];
        scan.forEachSlab(slab -> {
            if (slab.state() == SlabState.OWN && slab.owner() != owner && isEmpty(slab.slab(), slab.geometry())) {
                slabs[0] += slab.slabs();
            }
        });
        return slabs[0];
    }

    private boolean isEmpty(int slab, Geometry geometry) {
        int count = geometry == null ? 0 : geometry.count();
        for (int i = 0; i < count; i++) {
            long word = memory.getLongAcquire(RecordLayout.recordAt(map.slabAt(slab), i));
            if (!BlockStates.is(word, BlockState.FREE)) {
                return false;
            }
        }
        return count > 0;
    }
}
