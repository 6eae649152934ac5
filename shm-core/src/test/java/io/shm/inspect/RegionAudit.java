package io.shm.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.ParticipantWord;
import io.shm.layout.RegionMap;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.memory.SharedMemory;
import io.shm.participant.ParticipantState;
import java.util.List;
import java.util.function.Predicate;

/**
 * The check of a whole region for tests: what {@code shm verify} checks, at any moment, also that of a death. Whoever is
 * half done must be in a slot: {@link #occupy}; whoever was settled must not be: {@link #vacate}.
 */
public final class RegionAudit {
    /** Every invariant holds, as far as it must at every moment: hints and counters may be off. */
    public static void holds(SharedMemory memory, RegionMap map, String when) {
        holds(memory, map, when, finding -> false);
    }

    /** As the other, but for what is expected to be broken. */
    public static void holds(SharedMemory memory, RegionMap map, String when, Predicate<Finding> expected) {
        assertThat(broken(memory, map)).as("broken rules, %s", when).allMatch(expected);
    }

    /** As {@link #holds}, of the slots and the history alone: there may be nothing else. */
    public static void slotsHold(SharedMemory memory, RegionMap map) {
        Findings findings = new Findings();
        new ParticipantCheck(memory, map, findings).check();
        assertThat(findings.all()).as("broken rules of slots").isEmpty();
    }

    /** The rules that are broken. */
    public static List<Finding> broken(SharedMemory memory, RegionMap map) {
        return new Verifier(memory, map).verify().broken();
    }

    /** As after a join: the slot of an owner number is in use by a process of the same number. */
    public static void occupy(SharedMemory memory, int owner) {
        long at = RegionMap.participantAt(owner - 1);
        memory.putLong(at + ParticipantLayout.PROCESS_OFFSET, owner);
        memory.putInt(at + ParticipantLayout.PID_OFFSET, 1000 + owner);
        memory.putLong(at + ParticipantLayout.NAME_LENGTH_OFFSET, 0);
        put(memory, at, ParticipantState.ACTIVE, 0);
    }

    /** As after a leave, or a reap. */
    public static void vacate(SharedMemory memory, int owner) {
        put(memory, RegionMap.participantAt(owner - 1), ParticipantState.EMPTY, 1);
    }

    private static void put(SharedMemory memory, long at, ParticipantState state, int raise) {
        long incarnation = ParticipantWord.incarnation(memory.getLong(at)) + raise;
        memory.putLong(at, ParticipantWord.pack(state.code(), incarnation));
    }

    private RegionAudit() {}
}
