package io.shm.participant;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.TotalsLayout;
import io.shm.memory.SharedMemory;

/** What lies behind a slot's word: who its participant is. */
final class SlotBody {
    /** By the joiner, under the slot's lock, while the word says EMPTY. Dies half-way: a body that nobody reads. */
    static void write(SharedMemory memory, int slot, int processId, ProcessIdentity who, byte[] name, long joinedAt) {
        long body = RegionMap.participantAt(slot);
        memory.putLong(body + ParticipantLayout.PROCESS_OFFSET, processId);
        memory.putInt(body + ParticipantLayout.PID_OFFSET, who.pid());
        memory.putInt(body + ParticipantLayout.UID_OFFSET, who.uid());
        memory.putLong(body + ParticipantLayout.START_TICKS_OFFSET, who.startTicks());
        memory.putLong(body + ParticipantLayout.PID_NAMESPACE_OFFSET, who.pidNamespace());
        memory.putLong(body + ParticipantLayout.JOINED_AT_OFFSET, joinedAt);
        memory.putLong(body + ParticipantLayout.HEARTBEAT_OFFSET, 0);
        NameField.write(
                memory, body + ParticipantLayout.NAME_LENGTH_OFFSET, body + ParticipantLayout.NAME_OFFSET, name);
        memory.putLong(body + ParticipantLayout.CHARGES_BEGUN_OFFSET, 0);
        memory.putLong(body + ParticipantLayout.CHARGES_ENDED_OFFSET, 0);
        memory.fill(body + ParticipantLayout.TOTALS_OFFSET, TotalsLayout.LENGTH, (byte) 0);
    }

    /** Plain reads; the caller knows by the word whether they belong together. */
    static ProcessEntry read(SharedMemory memory, int slot) {
        long body = RegionMap.participantAt(slot);
        return new ProcessEntry(
                (int) memory.getLong(body + ParticipantLayout.PROCESS_OFFSET),
                memory.getInt(body + ParticipantLayout.PID_OFFSET),
                memory.getInt(body + ParticipantLayout.UID_OFFSET),
                memory.getLong(body + ParticipantLayout.START_TICKS_OFFSET),
                memory.getLong(body + ParticipantLayout.PID_NAMESPACE_OFFSET),
                memory.getLong(body + ParticipantLayout.JOINED_AT_OFFSET),
                0,
                slot,
                NameField.read(
                        memory, body + ParticipantLayout.NAME_LENGTH_OFFSET, body + ParticipantLayout.NAME_OFFSET));
    }

    static long heartbeat(SharedMemory memory, int slot) {
        return memory.getLong(RegionMap.participantAt(slot) + ParticipantLayout.HEARTBEAT_OFFSET);
    }

    private SlotBody() {}
}
