package io.shm.cell;

import io.shm.heap.Heap;
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
        long[] recordAt = new long[1];
        counts.compute(handle, (key, count) -> {
            recordAt[0] = sharing.acquire(handle, heap.owner() - 1);
            if (recordAt[0] < 0) {
                return count;
            }
            return count == null ? 1 : count + 1;
        });
        return recordAt[0];
    }

    /** Notes the hold that sharing a block has given to this process. */
    void shared(long handle) {
        counts.merge(handle, 1, Integer::sum);
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
