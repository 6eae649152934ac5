package io.shm.inspect;

import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.layout.HeaderLayout;
import io.shm.ledger.RegionHeader;
import io.shm.memory.SharedMemory;
import io.shm.participant.Evidence;
import io.shm.participant.LivenessCheck;
import io.shm.participant.ProcessEntry;
import io.shm.participant.ProcessHistory;
import io.shm.participant.ProcessIdentity;
import io.shm.participant.SlotLocks;
import java.util.Optional;

/** What a region is, from its header. */
final class IdentityReader {
    private final SharedMemory memory;
    private final RegionHeader header;
    private final Source source;
    private final Clock clock;

    IdentityReader(SharedMemory memory, RegionHeader header, Source source, Clock clock) {
        this.memory = memory;
        this.header = header;
        this.source = source;
        this.clock = clock;
    }

    /** @param mapped bytes that the region has now */
    Identity read(long mapped, ProcessHistory history) {
        return new Identity(
                source.reference(),
                source.path(),
                Codes.kind(header.kind()),
                header.format(),
                header.regionId(),
                header.requestedSize(),
                mapped,
                header.maximumSize(),
                header.mode(),
                Codes.policy(header.policy()),
                Codes.level(memory.getLong(HeaderLayout.LEVEL_OFFSET)),
                clock.created(),
                creator(history),
                source.copy());
    }

    /** The creator has no slot of its own; if it also took part, the history knows its name. */
    private ProcessInfo creator(ProcessHistory history) {
        Optional<ProcessEntry> entry = history.find(header.creatorPid(), header.creatorTicks());
        return new ProcessInfo(
                entry.map(ProcessEntry::id).orElse(0),
                header.creatorPid(),
                liveness(entry.filter(e -> e.leftAt() != 0).isPresent()),
                entry.map(ProcessEntry::name).orElse(""),
                header.creatorTicks(),
                header.creatorNamespace(),
                header.creatorUid(),
                clock.created());
    }

    /** Whether the creator's process is there; where it is gone, whether it took its leave before. */
    private Liveness liveness(boolean left) {
        if (source.copy()) {
            return Liveness.UNKNOWN;
        }
        Evidence evidence = ProcessIdentity.of(header.creatorPid(), header.creatorTicks(), header.creatorNamespace());
        boolean sameBoot = ProcessIdentity.self().sameBootAs(header.bootIdHigh(), header.bootIdLow());
        Liveness liveness = Processes.liveness(LivenessCheck.decide(SlotLocks.Held.UNKNOWN, evidence, sameBoot));
        return liveness == Liveness.DEAD && left ? Liveness.LEFT : liveness;
    }
}
