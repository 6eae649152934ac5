package io.shm.cell;

import io.shm.heap.Heap;
import io.shm.ledger.Handover;
import io.shm.ledger.Sharing;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often this process holds each shared block: in the region it counts once. The first hold sets this participant's bit,
 * the last to end takes it out; both under the block's entry here, so that no thread sees the other half-way.
 */
final class Holds {
    private final Heap heap;
    private final Sharing sharing;
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    Holds(Heap heap, Sharing sharing) {
        this.heap = heap;
        this.sharing = sharing;
    }

    /** The record's place, or a refusal of {@link Sharing#acquire}. */
    long acquire(long handle) {
        if (heap.owner() == 0) {
            throw new IllegalStateException("the region is attached read-only: it holds nothing");
        }
        long[] recordAt = new long[1];
        counts.compute(handle, (key, count) -> {
            recordAt[0] = sharing.acquire(heap, handle);
            if (recordAt[0] < 0) {
                return count;
            }
            return count == null ? 1 : count + 1;
        });
        return recordAt[0];
    }

    /** Shares a block, which gives this process a hold of it; the result is that of {@link Sharing#share}. */
    long share(long handle, long recordAt, long live, long cell) {
        long[] done = new long[1];
        counts.compute(handle, (key, count) -> {
            done[0] = sharing.share(heap, recordAt, live, cell);
            if (done[0] != Handover.DONE) {
                return count;
            }
            return count == null ? 1 : count + 1;
        });
        return done[0];
    }

    void release(long handle, long recordAt, long word) {
        counts.compute(handle, (key, count) -> {
            if (count != null && count > 1) {
                return count - 1;
            }
            sharing.release(heap, recordAt, word, heap.owner() - 1);
            return null;
        });
    }
}
