package io.shm;

import io.shm.error.BusyException;
import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.layout.RegionMap;
import io.shm.ledger.RegionHeader;
import io.shm.participant.LivenessCheck.Standing;
import io.shm.participant.Participants;
import io.shm.segment.Segment;
import io.shm.segment.SegmentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Questions about a region that need no place in it. */
final class Segments {
    /** How a region that was made with these options is attached. */
    static String referenceOf(RegionOptions options) {
        SegmentSpec spec = options.segment();
        return switch (spec.kind()) {
            case NAMED -> spec.name();
            case SYSV -> String.format(Locale.ROOT, "sysv:0x%08x", spec.key());
            case ANONYMOUS, ZERO -> throw new IllegalArgumentException("a region without a name is always a new one");
        };
    }

    /** @throws BusyException if live processes are attached; a damaged or foreign file has none */
    static void refuseIfAttached(String reference) {
        List<String> alive = new ArrayList<>();
        try (Segment segment = Segment.look(reference)) {
            RegionHeader header =
                    RegionHeader.check(segment.memory(), reference, segment.mappedSize(), segment::length);
            Participants participants =
                    new Participants(segment.memory(), header.map(), new LockFileSlots(segment.lockFile()));
            for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
                boolean lives = participants
                        .standing(slot)
                        .filter(s -> s == Standing.ALIVE || s == Standing.LOCK_LOST)
                        .isPresent();
                if (lives) {
                    participants
                            .at(slot)
                            .ifPresent(p ->
                                    alive.add(p.entry().pid() + " " + p.entry().name()));
                }
            }
        } catch (IncompatibleException | CorruptRegionException e) {
            return;
        }
        if (!alive.isEmpty()) {
            throw new BusyException(String.format(
                    Locale.ROOT,
                    "%s has %d live process%s (%s). Nothing removed. --force removes the name only",
                    reference.substring(reference.lastIndexOf('/') + 1),
                    alive.size(),
                    alive.size() == 1 ? "" : "es",
                    String.join(", ", alive)));
        }
    }

    private Segments() {}
}
