package io.shm.heap;

import io.shm.layout.Handle;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Sites;
import io.shm.memory.SharedMemory;
import io.shm.participant.ProcessHistory;

/** Says in a sentence what a handle names that is not what the caller believed. Reads only. */
final class Diagnosis {
    private final ProcessHistory history;
    private final Sites sites;
    private final LedgerScan scan;

    Diagnosis(SharedMemory memory, RegionMap map, Sites sites, LedgerScan scan) {
        this.history = new ProcessHistory(memory, map);
        this.sites = sites;
        this.scan = scan;
    }

    String of(long handle) {
        String name = String.format("handle 0x%016x", handle);
        if (handle == Handle.NONE) {
            return name + " is no block";
        }
        RecordView record = scan.block(Handle.slab(handle), Handle.index(handle));
        if (record == null) {
            return name + " names a place where there is no block: slab=" + Handle.slab(handle) + " index="
                    + Handle.index(handle);
        }
        if (record.damaged()) {
            return name + " names a block with a damaged record: offset=" + record.recordAt();
        }
        if (!Handle.matches(handle, record.word())) {
            return name + " is stale: what it named, if anything, was freed, and the place holds "
                    + (record.isUsed() ? "another block now, of " + life(record) : "no block now");
        }
        if (record.state() == BlockState.FREE) {
            return name + " was freed before" + freedBy(record) + "; it was " + life(record);
        }
        return name + " is " + record.state().label() + ", owned by " + owner(record) + ": " + life(record);
    }

    private String owner(RecordView record) {
        return record.owner() == 0 ? "nobody" : "participant " + (record.owner() - 1);
    }

    private String freedBy(RecordView record) {
        if (record.changedBy() == 0) {
            return "";
        }
        String how = record.action() == BlockStates.RECLAIMED ? ", reclaimed by " : " by ";
        return how
                + process(record.changedBy())
                + (record.changedSite() == 0 ? "" : " at " + sites.get(record.changedSite()));
    }

    private String life(RecordView record) {
        return record.size() + " bytes allocated by " + process(record.allocatedBy()) + " at "
                + sites.get(record.site());
    }

    private String process(int id) {
        return history.find(id)
                .map(entry -> "process " + entry.pid() + " (" + entry.name() + ")")
                .orElse("a forgotten process");
    }
}
