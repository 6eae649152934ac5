package io.shm;

import io.shm.error.BusyException;
import io.shm.heap.Reclaim;
import io.shm.inspect.Verifier;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.Invariant.Remedy;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.participant.Reclaimer;
import io.shm.recovery.Repair;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.util.function.IntFunction;

/** Verifies and repairs by turns, until nothing is left that can be done; without a heap, which damage might refuse. */
final class RegionRepair {
    /** What a step reveals takes another round: a slab that is rebuilt shows its records. */
    private static final int MOST_ROUNDS = 20;

    private static final String NAME = "shm verify";

    private final SharedMemory memory;
    private final RegionMap map;
    private final Participants participants;
    private final IntFunction<Reclaimer> reclaimers;
    private long left;

    /** @param reclaimers makes what settles the slot of one that is gone, for a process id */
    RegionRepair(SharedMemory memory, RegionMap map, Participants participants, IntFunction<Reclaimer> reclaimers) {
        this.memory = memory;
        this.map = map;
        this.participants = participants;
        this.reclaimers = reclaimers;
    }

    /** As {@link Operator#repair}. */
    static Repaired repair(String reference) {
        try (Segment segment = Segment.attach(reference, Access.READ_WRITE)) {
            SharedMemory memory = segment.memory();
            RegionHeader header = RegionHeader.check(memory, reference, segment.mappedSize());
            if (segment.lockFile().inode() != header.lockInode()) {
                throw new BusyException(reference + " is a copy of a region: nothing repaired");
            }
            RegionMap map = header.map();
            boolean keeps = RegionOptions.Policy.ofCode(header.policy()) != RegionOptions.Policy.FREE;
            IntFunction<Reclaimer> reclaimers = process -> slot -> new Reclaim(
                            memory,
                            map,
                            new Tags(memory, map),
                            process,
                            keeps,
                            Math.max(0, System.currentTimeMillis() - header.createdAt()))
                    .reclaim(slot);
            return new RegionRepair(
                            memory,
                            map,
                            new Participants(memory, map, new LockFileSlots(segment.lockFile())),
                            reclaimers)
                    .run();
        }
    }

    Repaired run() {
        Reclaimer reclaimer = reclaimers.apply(0);
        Repair first = new Repair(memory, map, participants, reclaimer, this::now);
        first.restoreSlots(new Verifier(memory, map).verify().findings().all());
        participants.reapDead(reclaimer);
        Membership membership = participants.join(NAME, reclaimer);
        Reclaimer its = reclaimers.apply(membership.processId());
        try {
            Repair repair = new Repair(memory, map, participants, its, this::now);
            rounds(repair, new Verifier(memory, map, membership.slot()));
            return new Repaired(
                    first.done(Remedy.REBUILD) + repair.done(Remedy.REBUILD),
                    repair.done(Remedy.RECLAIM),
                    repair.done(Remedy.QUARANTINE),
                    left);
        } finally {
            participants.leave(membership, its);
        }
    }

    private long now() {
        return Math.max(1, System.currentTimeMillis() - memory.getLong(HeaderLayout.CREATED_AT_OFFSET));
    }

    private void rounds(Repair repair, Verifier verifier) {
        for (int round = 0; ; round++) {
            Verifier.Outcome outcome = verifier.verify();
            left = outcome.findings().all().size() + outcome.findings().more();
            if (round == MOST_ROUNDS || repair.apply(outcome.findings().all(), outcome.compared()) == 0) {
                return;
            }
        }
    }
}
