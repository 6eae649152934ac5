package io.shm;

import io.shm.error.BusyException;
import io.shm.heap.Reclaim;
import io.shm.layout.RegionMap;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participant;
import io.shm.participant.Participants;
import io.shm.recovery.Notices;
import io.shm.recovery.Settlement;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What somebody at a terminal does to a region, as the program {@code shm} does it. */
public final class Operator {
    /**
     * A participant that was found dead, and what became of its blocks by the region's policy.
     *
     * @param blocks that it held, freed or kept
     * @param bytes as requested
     */
    public record Reaped(int pid, String name, long blocks, long bytes) {}

    private Operator() {}

    /**
     * Reaps the dead of a region without taking part in it, so also where all places are taken. Only those whose lock is
     * free and whose process is gone; of processes that do this at once each dead one is settled by one.
     *
     * @param pids whom it may be, as their own namespaces number them
     * @throws BusyException if the file is a copy of a region; other exceptions as for {@link Region#attach(String)}
     */
    public static List<Reaped> reap(String reference, IntPredicate pids) {
        List<Reaped> reaped = new ArrayList<>();
        try (Segment segment = Segment.attach(reference, Access.READ_WRITE)) {
            SharedMemory memory = segment.memory();
            RegionHeader header = RegionHeader.check(memory, segment.reference(), segment.mappedSize());
            if (segment.lockFile().inode() != header.lockInode()) {
                throw new BusyException(reference + " is a copy of a region: nobody there is alive or dead");
            }
            RegionMap map = header.map();
            Participants participants = new Participants(memory, map, new LockFileSlots(segment.lockFile()));
            Notices notices = new Notices(memory, map, participants, keeps(header), () -> now(header));
            long[] held = new long[2];
            Settlement settlement = new Settlement(() -> reclaim(memory, header), (slot, tally) -> {
                notices.holds(slot, tally);
                held[0] = tally.blocks();
                held[1] = tally.bytes();
            });
            for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
                Optional<Participant> participant = participants.at(slot);
                if (participant.filter(p -> pids.test(p.pid())).isPresent()
                        && participants.isDeserted(slot)
                        && participants.reap(slot, settlement)) {
                    Participant gone = participant.get();
                    reaped.add(new Reaped(gone.pid(), gone.name(), held[0], held[1]));
                }
            }
        }
        return reaped;
    }

    /**
     * Puts a damaged region right, as far as it can be known how it was: rebuilds hints, totals and words that follow from
     * others, settles what belongs to nobody, and takes blocks and slabs out of use that cannot be trusted. Takes part in
     * the region meanwhile, and reaps the dead. Others may go on working; what only they know is left alone.
     *
     * <p>A process that dies while it repairs leaves a region that is no worse; the next repair finds what is left.
     *
     * @throws BusyException if the file is a copy of a region, or no place is free
     * @throws io.shm.error.CorruptRegionException if the header is damaged: then nothing can be trusted
     * @throws io.shm.error.NotFoundException if there is none; other exceptions as for {@link Region#attach(String)}
     */
    public static Repaired repair(String reference) {
        return RegionRepair.repair(reference);
    }

    private static Reclaim reclaim(SharedMemory memory, RegionHeader header) {
        return new Reclaim(memory, header.map(), new Tags(memory, header.map()), 0, keeps(header), now(header));
    }

    private static boolean keeps(RegionHeader header) {
        return RegionOptions.Policy.ofCode(header.policy()) != RegionOptions.Policy.FREE;
    }

    private static long now(RegionHeader header) {
        return Math.max(1, System.currentTimeMillis() - header.createdAt());
    }
}
