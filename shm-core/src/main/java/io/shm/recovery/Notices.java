package io.shm.recovery;

import io.shm.heap.Tally;
import io.shm.layout.RegionMap;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.Trace;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participant;
import io.shm.participant.Participants;
import io.shm.participant.ProcessEntry;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What stays listed of those who are gone: an entry of the fault log for each process and line whose blocks it left, and
 * one for each process that has lost its lock. None of them is a fault.
 *
 * <p>Written before anything is settled, so a reaper that dies loses none of it; and only where it is not there yet, so
 * one that begins again doubles none of it. Who dies in here has settled nothing.
 */
public final class Notices {
    private final Participants participants;
    private final FaultLog log;
    private final boolean keeps;
    private final LongSupplier clock;

    /** @param clock milliseconds since the region was created */
    public Notices(SharedMemory memory, RegionMap map, Participants participants, boolean keeps, LongSupplier clock) {
        this.participants = participants;
        this.log = new FaultLog(memory, map);
        this.keeps = keeps;
        this.clock = clock;
    }

    /** Lists what a participant holds that is about to be settled. As {@link Settlement.Witness}. */
    public void holds(int slot, Tally bySite) {
        Optional<Participant> participant = participants.at(slot);
        if (bySite.blocks() == 0 || participant.isEmpty()) {
            return;
        }
        ProcessEntry process = participant.get().entry();
        boolean left = participants
                .history()
                .find(process.id())
                .filter(entry -> entry.leftAt() != 0)
                .isPresent();
        FaultKind kind = left || keeps ? FaultKind.LEFT_BEHIND : FaultKind.RECLAIMED;
        Set<Integer> listed = listed(kind, process.id());
        bySite.forEach((site, blocks, bytes) -> {
            if (!listed.contains(site)) {
                log.report(Fault.of(kind)
                        .provenAt(clock.getAsLong())
                        .allocated(Trace.of(process.id(), process.pid(), site, 0))
                        .by(Trace.of(process.id(), process.pid(), 0, 0))
                        .amount(blocks, bytes));
            }
        });
    }

    private Set<Integer> listed(FaultKind kind, int process) {
        Set<Integer> sites = new HashSet<>();
        for (Fault fault : log.read()) {
            if (fault.kind() == kind && fault.by().process() == process) {
                sites.add(fault.allocated().site());
            }
        }
        return sites;
    }

    /** Lists a participant that is there without its lock. */
    public void lockLost(Participant participant) {
        ProcessEntry process = participant.entry();
        log.report(Fault.of(FaultKind.LOCK_LOST)
                .provenAt(clock.getAsLong())
                .by(Trace.of(process.id(), process.pid(), 0, 0)));
    }
}
