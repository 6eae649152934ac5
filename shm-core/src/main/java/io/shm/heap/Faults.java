package io.shm.heap;

import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.Trace;
import io.shm.memory.SharedMemory;
import io.shm.participant.ProcessEntry;
import io.shm.participant.ProcessHistory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writes what this participant has proven to be wrong into the region's fault log, with what the ledger has about it.
 *
 * <p>Only called where something is wrong, so nothing of it costs a program that is right. Reads the ledger, writes the
 * fault log, touches no block. Threads and processes: as {@link FaultLog}. One that only reads reports nothing.
 */
public final class Faults {
    private final RegionMap map;
    private final int process;
    private final Sites sites;
    private final ProcessHistory history;
    private final LedgerScan scan;
    private final FaultLog log;
    private final LongSupplier now;
    private final boolean writes;

    private volatile Supplier<Site> caller = () -> Site.UNKNOWN;
    private volatile Consumer<Fault> told = fault -> {};

    Faults(SharedMemory memory, RegionMap map, int process, Sites sites, LedgerScan scan, LongSupplier now) {
        this.map = map;
        this.process = process;
        this.sites = sites;
        this.history = new ProcessHistory(memory, map);
        this.scan = scan;
        this.log = new FaultLog(memory, map);
        this.now = now;
        this.writes = memory.isWritable() && process != 0;
    }

    /** Sets how the line is found that does a wrong and has not been named: it is walked for only then. */
    public void findLinesBy(Supplier<Site> capture) {
        caller = capture;
    }

    /** A free that was refused, of a block that its holder knows by this word, and where its payload lay, or 0. */
    void refusedFree(long recordAt, long word, long payloadAt, int site, FreeResult result) {
        int slab = (int) map.slabOf(recordAt);
        long handle = Handle.pack(slab, RecordLayout.indexOf(map.slabAt(slab), recordAt), StateWord.generation(word));
        switch (result) {
            case DOUBLE_FREE -> ofHandle(FaultKind.DOUBLE_FREE, handle, payloadAt, site);
            case NOT_OWNER, IN_CELL -> ofHandle(FaultKind.NOT_OWNER, handle, payloadAt, site);
            case STALE -> ofHandle(FaultKind.STALE_HANDLE, handle, payloadAt, site);
            case DAMAGED -> ofHandle(FaultKind.DAMAGED_RECORD, handle, payloadAt, site);
            case FREED -> {}
        }
    }

    /** A free by a handle that names no block in use: a double free where the last life of the place is the one it names. */
    public void freeOfStaleHandle(long handle, int site) {
        RecordView block = view(handle);
        boolean freedBefore = block != null && block.isFree() && Handle.matches(handle, block.word());
        ofHandle(freedBefore ? FaultKind.DOUBLE_FREE : FaultKind.STALE_HANDLE, handle, 0, site);
    }

    /** A use of a handle that names no block in use. */
    public void staleHandle(long handle, int site) {
        ofHandle(FaultKind.STALE_HANDLE, handle, 0, site);
    }

    /** An allocation, or a growth, beyond the budget of its tag. */
    void overBudget(long size, int tag, int site, long budget, long used) {
        if (writes) {
            write(Fault.of(FaultKind.BUDGET)
                    .place(0, RecordWords.size(size, tag, 0), 0, 0)
                    .observed(budget, used + size)
                    .amount(1, size)
                    .by(by(site)));
        }
    }

    /** An allocation that the pools of its tag can never serve. */
    void wrongPool(long size, int tag, int site, long largest) {
        if (writes) {
            write(Fault.of(FaultKind.WRONG_POOL)
                    .place(0, RecordWords.size(size, tag, 0), 0, 0)
                    .observed(largest, size)
                    .amount(1, size)
                    .by(by(site)));
        }
    }

    /** An index beyond an array. */
    public void index(Block array, long index, long length) {
        if (writes) {
            RecordView block = view(array.handle());
            Fault fault = Fault.of(FaultKind.INDEX).by(by(0)).observed(length, index);
            write(
                    block == null || block.damaged()
                            ? fault.place(array.offset(), 0, array.handle(), 0)
                            : fault.block(block, allocated(block)));
        }
    }

    /** A record that contradicts itself; once for each place. */
    public void damagedRecord(long recordAt) {
        int slab = (int) map.slabOf(recordAt);
        if (slab >= 0) {
            RecordView block = scan.another().block(slab, RecordLayout.indexOf(map.slabAt(slab), recordAt));
            if (block != null && block.damaged()) {
                damagedRecord(block);
            }
        }
    }

    /** A record that was read as damaged; once for each place. */
    void damagedRecord(RecordView block) {
        if (writes) {
            // Nothing that the record says is known to be so.
            write(Fault.of(FaultKind.DAMAGED_RECORD)
                    .place(block.payloadAt(), 0, 0, 0)
                    .observed(0, block.word())
                    .by(by(0)));
        }
    }

    private void ofHandle(FaultKind kind, long handle, long payloadAt, int site) {
        if (!writes || handle == Handle.NONE) {
            return;
        }
        RecordView block = view(handle);
        Fault fault = Fault.of(kind).by(by(site));
        if (block == null) {
            write(fault.handle(handle));
        } else if (block.damaged()) {
            damagedRecord(block);
        } else if (Handle.matches(handle, block.word())) {
            // The life that was meant, perhaps over: its record is as it was, with who ended it.
            long offset = block.payloadAt() != 0 ? block.payloadAt() : payloadAt;
            write(fault.block(block, allocated(block))
                    .place(offset, block.sizeWord(), handle, block.generation())
                    .other(changed(block))
                    .amount(1, block.size())
                    .observed(0, block.word()));
        } else {
            // Another life: what was meant is not known any more, but what lies there now is.
            write(fault.place(block.payloadAt(), 0, handle, 0)
                    .second(block.payloadAt(), block.sizeWord(), allocated(block))
                    .observed(0, block.word()));
        }
    }

    /** Says in the log who overwrote the reference of a block that was found to be lost before; false if it is not in there. */
    boolean name(RecordView lost, Trace by) {
        return log.name(
                Fault.of(FaultKind.OVERWRITTEN_REF).block(lost, Trace.NONE).cell(lost.cell()), by);
    }

    private RecordView view(long handle) {
        return scan.another().blockOrRemains(handle);
    }

    void write(Fault fault) {
        log.report(fault.provenAt(now.getAsLong()));
        told.accept(fault);
    }

    /** Sets who is told of each fault that this process proves, each time. */
    void tell(Consumer<Fault> listener) {
        told = listener;
    }

    /** Who does something now. */
    Trace by(int site) {
        int named = site != 0 ? site : sites.idOf(caller.get());
        return Trace.of(process, pid(process), named, now.getAsLong());
    }

    /** Who did something before now, as a note of his says. */
    Trace did(long note) {
        int who = RecordWords.processOf(note);
        return Trace.of(who, pid(who), RecordWords.changedSiteOf(note), now.getAsLong());
    }

    Trace allocated(RecordView block) {
        return Trace.of(block.allocatedBy(), pid(block.allocatedBy()), block.site(), block.bornAt());
    }

    Trace changed(RecordView block) {
        return new Trace(
                block.changedBy(), pid(block.changedBy()), block.changedSite(), block.action(), block.changedAt());
    }

    private int pid(int process) {
        return history.find(process).map(ProcessEntry::pid).orElse(0);
    }
}
