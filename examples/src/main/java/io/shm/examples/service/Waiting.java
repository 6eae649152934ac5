package io.shm.examples.service;

import io.shm.heap.Block;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The requests that somebody waits for. Each ends once: by its reply, by its worker's death, or by its deadline; whoever
 * takes it out of the map decides.
 *
 * <p>Threads: safe.
 */
final class Waiting {
    /** How a request ended; the block, this process's own, is there if it was answered. */
    record End(Outcome outcome, Block reply) {}

    private final Map<Long, CompletableFuture<End>> ends = new ConcurrentHashMap<>();

    /** What a request's thread waits with. */
    final class Entry {
        private final long id;
        private final CompletableFuture<End> end = new CompletableFuture<>();

        private Entry(long id) {
            this.id = id;
        }

        /** The end, which is the deadline if nothing else comes before; an interrupt is one, too, and stays set. */
        End await(long deadlineNs) {
            Outcome why;
            try {
                return end.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                why = Outcome.DEADLINE;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                why = Outcome.CLOSING;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            // Another may have been quicker by now: then its end counts, and it is there in a moment.
            forget(id, why);
            return end.join();
        }
    }

    /** Before the request is sent: its reply may be there at once. */
    Entry enter(long id) {
        Entry entry = new Entry(id);
        ends.put(id, entry.end);
        return entry;
    }

    /** Ends a request with a reply. False where nobody waits any more: the block is still the caller's. */
    boolean answer(long id, Block reply) {
        return end(id, new End(Outcome.ANSWERED, reply));
    }

    /** Ends a request without a reply. False where nobody waits any more. */
    boolean forget(long id, Outcome why) {
        return end(id, new End(why, null));
    }

    private boolean end(long id, End how) {
        CompletableFuture<End> end = ends.remove(id);
        return end != null && end.complete(how);
    }

    void forgetAll(Outcome why) {
        ends.keySet().forEach(id -> forget(id, why));
    }

    int count() {
        return ends.size();
    }
}
