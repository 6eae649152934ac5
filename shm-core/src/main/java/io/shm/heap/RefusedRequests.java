package io.shm.heap;

import io.shm.layout.PoolLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;

/**
 * What becomes of requests that are refused: each is counted once, by what has refused it, and told of where a program is
 * wrong beyond that there is no room. Safe for any thread.
 */
final class RefusedRequests {
    /** In place of a pool's number. */
    private static final int BUDGET = -1;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Tags tags;
    private final Pools pools;
    private final Faults faults;
    /** Of a try that has failed: the pool that refused, or {@link #BUDGET}; null where there was no room. */
    private final ThreadLocal<Integer> refusedBy = new ThreadLocal<>();

    RefusedRequests(SharedMemory memory, RegionMap map, Tags tags, Pools pools, Faults faults) {
        this.memory = memory;
        this.map = map;
        this.tags = tags;
        this.pools = pools;
        this.faults = faults;
    }

    /** Before another try, and after the last one. */
    void forget() {
        refusedBy.remove();
    }

    void byBudget() {
        refusedBy.set(BUDGET);
    }

    void byPool(int pool) {
        refusedBy.set(pool);
    }

    /** Once, however often it was tried: of what the last try was refused by. */
    void count(int tag) {
        Integer by = refusedBy.get();
        if (by == null) {
            // There was no room.
            return;
        }
        if (by == BUDGET) {
            tags.countRefusal(tag);
        } else {
            memory.getAndAddLong(map.poolAt(by) + PoolLayout.REFUSED_OFFSET, 1);
        }
    }

    /** Whether somebody's program is wrong, beyond that there is no room. */
    void report(long size, int tag, int site) {
        long budget = tags.budget(tag);
        long used = tags.used(tag);
        if (budget > 0 && size > budget - used) {
            faults.overBudget(size, tag, site, budget, Math.max(0, Math.min(budget, used)));
            return;
        }
        Pool[] serving = pools.serving(tag);
        if (serving.length > 0 && serving[serving.length - 1].blockBytes() < size && refusesBeyondPool(size, tag)) {
            faults.wrongPool(size, tag, site, serving[serving.length - 1].blockBytes());
        }
    }

    /** Whether a tag's or a size's pools refuse rather than let the general classes serve what they cannot. */
    boolean refusesBeyondPool(long size, int tag) {
        Pool[] serving = pools.serving(tag);
        if (serving.length == 0) {
            return false;
        }
        Pool largest = serving[serving.length - 1];
        return largest.refuses() && (largest.tag() != Tags.GENERAL || size <= largest.blockBytes());
    }
}
