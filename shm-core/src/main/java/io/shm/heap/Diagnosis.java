package io.shm.heap;

import io.shm.layout.Handle;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RootNames;
import io.shm.ledger.Sites;
import io.shm.memory.SharedMemory;
import io.shm.participant.ProcessHistory;
import java.util.Locale;

/** Says in a sentence what a handle names that is not what the caller believed. Reads only. */
final class Diagnosis {
    private final ProcessHistory history;
    private final Sites sites;
    private final RegionMap map;
    private final RootNames roots;
    private final LedgerScan scan;

    Diagnosis(SharedMemory memory, RegionMap map, Sites sites, LedgerScan scan) {
        this.history = new ProcessHistory(memory, map);
        this.sites = sites;
        this.map = map;
        this.roots = new RootNames(memory, map);
        this.scan = scan;
    }

    String of(long handle) {
        String name = String.format(Locale.ROOT, "handle 0x%016x", handle);
        if (handle == Handle.NONE) {
            return name + " is no block";
        }
        RecordView record = scan.blockOrRemains(handle);
        if (record == null) {
            return name + " names a place where there is no block: slab=" + Handle.slab(handle) + " index="
                    + Handle.index(handle);
        }
        if (record.damaged()) {
            return name + " names a block with a damaged record: offset=" + record.recordAt();
        }
        if (!Handle.matches(handle, record.word())) {
            return name + " is stale: what it named, if anything, was freed or has changed hands, and the place holds "
                    + (record.isUsed() ? "another block now, of " + life(record) : "no block now");
        }
        if (record.state() == BlockState.FREE) {
            return name + " was freed before" + freedBy(record) + "; it was " + life(record);
        }
        if (record.state() == BlockState.QUARANTINE && record.action() == BlockStates.FREED) {
            return name + " was freed before" + freedBy(record)
                    + ", and is out of use, for somebody had written beside it; it was " + life(record);
        }
        return name + " is " + standing(record) + ": " + life(record);
    }

    /** In what state, and where: whose it is, or in which cell. */
    private String standing(RecordView record) {
        String state = record.state().label();
        return switch (record.state()) {
            case HELD -> state + " by a cell, " + cell(record) + ": it is taken out before it is freed";
            case SHARED -> state + " through a cell, " + cell(record) + ": the last to let go of it frees it";
            case PUB, PUBS, TAKE -> "on its way into or out of a cell, " + cell(record) + ", by " + owner(record);
            case OFFER -> "on offer by " + owner(record) + " to another";
            default -> state + ", owned by " + owner(record);
        };
    }

    private String cell(RecordView record) {
        int root = RootNames.rootOf(map, record.cell());
        String text = root == 0 ? null : roots.get(root);
        return text == null ? "the one at offset " + record.cell() : "that of root '" + text + "'";
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
