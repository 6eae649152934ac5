package io.shm;

import io.shm.heap.Heap;
import io.shm.heap.ScopedBlocks;
import io.shm.layout.RegionMap;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.ScopeState;
import io.shm.ledger.Scopes;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participants;
import java.util.function.LongSupplier;

/** The scopes and holders of one process: their entries in the region's table, opened and given back. */
final class NamedBlocks {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Heap heap;
    private final Participants participants;
    private final int process;
    private final LongSupplier now;
    private final Scopes scopes;

    NamedBlocks(
            SharedMemory memory, RegionMap map, Heap heap, Participants participants, int process, LongSupplier now) {
        this.memory = memory;
        this.map = map;
        this.heap = heap;
        this.participants = participants;
        this.process = process;
        this.now = now;
        this.scopes = new Scopes(memory, map);
    }

    /** A scope; without an entry, and so without a name in reports, where all are taken by open and leaking ones. */
    ScopedBlocks openScope(String name) {
        return heap.openScope(open(name, ScopeState.OPEN));
    }

    /** A holder's number for records, or 0. */
    int openHolder(String name) {
        return open(name, ScopeState.HOLDER);
    }

    private int open(String name, ScopeState state) {
        int id = scopes.open(name, state, process, now.getAsLong());
        return id == 0 && scopes.sweep(new LedgerScan(memory, map), this::isGone)
                ? scopes.open(name, state, process, now.getAsLong())
                : id;
    }

    void closed(ScopedBlocks blocks) {
        blocks.close();
        if (blocks.id() == 0) {
            return;
        }
        if (blocks.unfreed() == 0) {
            // Blocks that were handed on keep a number that names nothing, as the entry's next use has another.
            scopes.release(blocks.id());
        } else {
            scopes.close(blocks.id(), now.getAsLong());
        }
    }

    void closedHolder(int id) {
        if (id != 0) {
            scopes.release(id);
        }
    }

    /** A process that joins takes its place before it opens anything. */
    private boolean isGone(int id) {
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            if (participants.at(slot).filter(p -> p.entry().id() == id).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
