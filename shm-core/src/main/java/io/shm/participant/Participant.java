package io.shm.participant;

/**
 * A slot in use, as one look found it.
 *
 * @param entry body of the slot
 * @param heartbeat as the participant last wrote it; its meaning is its writer's
 */
public record Participant(int slot, ParticipantState state, long incarnation, ProcessEntry entry, long heartbeat) {
    public int pid() {
        return entry.pid();
    }

    public String name() {
        return entry.name();
    }
}
