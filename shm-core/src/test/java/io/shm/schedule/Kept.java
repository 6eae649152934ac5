package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.HeapFixture;
import io.shm.layout.Handle;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabView;
import io.shm.recovery.Orphan;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The test's own book of what the dead and those that left had, in a region that keeps it. */
final class Kept {
    /** By place: each may be an orphan, and of nobody else, until somebody decides. */
    private final Map<Long, Left> undecided = new TreeMap<>();

    private final Set<Long> ever = new HashSet<>();
    /** Deaths of those that were about to adopt: each may have had one block that this book does not know of. */
    int deathsOfAdopters;

    /** @param died whether the one that had it last had no time to end what it was doing */
    private record Left(long handle, boolean died) {}

    void left(long handle, boolean died) {
        undecided.put(placeOf(handle), new Left(handle, died));
        ever.add(handle);
    }

    /** Somebody frees it, or has taken it over. */
    void decided(long handle) {
        undecided.remove(placeOf(handle));
    }

    /** @param wanted false where the listener leaves it to another */
    void adopted(Orphan orphan, boolean wanted) {
        long handle = orphan.block().handle();
        if (ever.contains(handle)) {
            throw new AssertionError("adopted under the handle that the dead one had: " + Long.toHexString(handle));
        }
        Left former = undecided.remove(placeOf(handle));
        if (former != null && former.died() && !orphan.mayBeHalfWritten()) {
            throw new AssertionError("its owner has died, and it is told as if it had left: " + orphan);
        }
        if (!wanted) {
            left(handle, former != null && former.died());
        }
    }

    /** Nobody but who is asked decides: what is in the book is there. */
    void check(HeapFixture region) {
        Set<Long> missing = new HashSet<>();
        undecided.values().forEach(left -> missing.add(left.handle()));
        missing.removeAll(orphans(region).keySet());
        if (missing.size() > deathsOfAdopters) {
            assertThat(missing).as("what was left and not kept").isEmpty();
        }
    }

    /** Handles of all orphans, and where they begin. */
    static Map<Long, Long> orphans(HeapFixture region) {
        Map<Long, Long> orphans = new TreeMap<>();
        new LedgerScan(region.memory, region.map).forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (!block.damaged() && block.state() == BlockState.ORPHAN) {
                    orphans.put(block.handle(), block.payloadAt());
                }
            }
        });
        return orphans;
    }

    private static long placeOf(long handle) {
        return Handle.pack(Handle.slab(handle), Handle.index(handle), 1);
    }
}
