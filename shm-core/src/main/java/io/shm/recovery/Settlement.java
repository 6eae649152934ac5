package io.shm.recovery;

import io.shm.heap.Reclaim;
import io.shm.heap.Tally;
import io.shm.participant.Reclaimer;
import java.util.function.Supplier;

/**
 * Settles what a participant held that is gone: the same whether it has died or leaves.
 *
 * <p>The order: publications; what is held is told; blocks, then slabs, then budgets; the slot is emptied by whoever
 * called. Threads: one settlement at a time for each slot, by its lock. Idempotent: whoever follows one that died begins
 * again.
 */
public final class Settlement implements Reclaimer {
    private final Supplier<Reclaim> reclaims;
    private final Witness witness;

    /** Is told what a slot's participant holds, before any of it is freed or kept. */
    @FunctionalInterface
    public interface Witness {
        void holds(int slot, Tally bySite);
    }

    /** @param reclaims makes what settles the heap's part, anew for each settlement */
    public Settlement(Supplier<Reclaim> reclaims, Witness witness) {
        this.reclaims = reclaims;
        this.witness = witness;
    }

    @Override
    public void reclaim(int slot) {
        Reclaim reclaim = reclaims.get();
        reclaim.reclaim(slot, held -> witness.holds(slot, held));
        reclaim.recount(slot);
    }
}
