package io.shm.inspect;

import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.layout.RegionMap;
import io.shm.participant.LivenessCheck.Standing;
import io.shm.participant.Participant;
import io.shm.participant.Participants;
import io.shm.participant.ProcessEntry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who is who, looked up once: the participants as they were when this was made, and the history as it is asked. */
final class Processes {
    static final ProcessInfo UNKNOWN = new ProcessInfo(0, 0, Liveness.UNKNOWN, "", 0, 0, 0, null);

    private final Participants participants;
    private final boolean copy;
    private final ProcessInfo[] bySlot = new ProcessInfo[RegionMap.PARTICIPANTS];
    private final Map<Integer, ProcessInfo> byId = new HashMap<>();

    Processes(Participants participants, boolean copy) {
        this.participants = participants;
        this.copy = copy;
        for (int slot = 0; slot < bySlot.length; slot++) {
            Optional<Participant> participant = participants.at(slot);
            if (participant.isPresent()) {
                ProcessEntry entry = participant.get().entry();
                bySlot[slot] = info(entry, livenessOf(slot));
                byId.put(entry.id(), bySlot[slot]);
            }
        }
    }

    /** The participant in a slot; null where there is none. */
    ProcessInfo inSlot(int slot) {
        return slot >= 0 && slot < bySlot.length ? bySlot[slot] : null;
    }

    /** The participant of a number as words of the region have it, its slot plus one; null for 0 and what is none. */
    ProcessInfo ofOwner(long owner) {
        return owner < 1 || owner > bySlot.length ? null : bySlot[(int) owner - 1];
    }

    /** The process of an id of the history; with nothing but the id where it is forgotten. */
    ProcessInfo of(int id) {
        return id == 0 ? UNKNOWN : byId.computeIfAbsent(id, this::past);
    }

    private ProcessInfo past(int id) {
        return participants
                .history()
                .find(id)
                .map(entry -> info(entry, entry.leftAt() != 0 ? Liveness.LEFT : Liveness.DEAD))
                .orElseGet(() -> new ProcessInfo(id, 0, Liveness.UNKNOWN, "", 0, 0, 0, null));
    }

    private Liveness livenessOf(int slot) {
        // Without the region's own locks, and perhaps on another machine, nothing that could be asked is about them.
        return copy
                ? Liveness.UNKNOWN
                : participants.standing(slot).map(Processes::liveness).orElse(Liveness.UNKNOWN);
    }

    static Liveness liveness(Standing standing) {
        return switch (standing) {
            case ALIVE -> Liveness.ALIVE;
            case LOCK_LOST -> Liveness.LOCK_LOST;
            case DEAD -> Liveness.DEAD;
            case UNKNOWN -> Liveness.UNKNOWN;
        };
    }

    private static ProcessInfo info(ProcessEntry entry, Liveness liveness) {
        return new ProcessInfo(
                entry.id(),
                entry.pid(),
                liveness,
                entry.name(),
                entry.startTicks(),
                entry.pidNamespace(),
                entry.uid(),
                Instant.ofEpochMilli(entry.joinedAt()));
    }
}
