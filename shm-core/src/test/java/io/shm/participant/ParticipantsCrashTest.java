package io.shm.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.RegionAudit;
import io.shm.layout.RegionMap;
import io.shm.memory.CrashingMemory;
import io.shm.memory.CrashingMemory.Crash;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks.FakeProcess;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One slot is open; somebody dies before each write of an operation on it, and its reaper at each of its writes. */
class ParticipantsCrashTest {
    private static final int OPEN = 46;

    private final RegionMap map = RegionMap.forSize(1 << 20, 0);
    private SharedMemory memory;
    private FakeLocks machine;
    private int reclaims;

    @BeforeEach
    void takeAllSlotsButOne() {
        memory = SharedMemory.ofPrivate((int) map.slabAt(0));
        machine = new FakeLocks();
        reclaims = 0;
        ParticipantStates.format(memory);
        Participants living = on(machine.start(), memory);
        for (int slot = 0; slot < OPEN; slot++) {
            living.join("living", null);
        }
    }

    @Test
    void losesNoSlotToAJoinerThatDies() {
        dyingBeforeEachWrite(participants -> participants.join("victim", this::reclaim));
    }

    @Test
    void losesNoSlotToALeaverThatDies() {
        dyingBeforeEachWrite(
                participants -> participants.leave(participants.join("victim", this::reclaim), this::reclaim));
    }

    @Test
    void losesNoSlotToAReaperThatDies() {
        dyingBeforeEachWrite(participants -> {
            FakeProcess dead = machine.start();
            on(dead, memory).join("dead before", this::reclaim);
            dead.kill();
            participants.reapDead(this::reclaim);
        });
    }

    private void dyingBeforeEachWrite(Consumer<Participants> operation) {
        for (long n = 1; ; n++) {
            FakeProcess victim = machine.start();
            boolean finished = runAndDieBefore(n, victim, operation);
            for (long m = 1; ; m++) {
                FakeProcess reaper = machine.start();
                if (runAndDieBefore(m, reaper, participants -> participants.reapDead(this::reclaim))) {
                    break;
                }
                slotIsNotLost();
            }
            slotIsNotLost();
            if (finished) {
                assertThat(n).isGreaterThan(2);
                return;
            }
        }
    }

    private boolean runAndDieBefore(long n, FakeProcess process, Consumer<Participants> operation) {
        CrashingMemory crashing = new CrashingMemory(memory, n);
        try {
            operation.accept(on(process, crashing));
            return true;
        } catch (Crash e) {
            return false;
        } finally {
            process.kill();
        }
    }

    /** Whatever is left there, it is valid, and a fresh joiner gets it, in an incarnation that nobody had. */
    private void slotIsNotLost() {
        SharedMemory copy = SharedMemory.ofPrivate((int) memory.size());
        byte[] bytes = new byte[(int) memory.size()];
        memory.getBytes(0, bytes, 0, bytes.length);
        copy.putBytes(0, bytes, 0, bytes.length);

        FakeProcess fresh = machine.start();
        Participants participants = on(fresh, copy);
        assertThat(participants.checkInvariants()).isEmpty();
        RegionAudit.slotsHold(copy, map);
        int before = reclaims;
        boolean inUse = participants.at(OPEN).isPresent();
        Membership membership = participants.join("fresh", this::reclaim);
        assertThat(membership.slot()).isEqualTo(OPEN);
        assertThat(reclaims - before).isEqualTo(inUse ? 1 : 0);
        assertThat(participants.at(OPEN).orElseThrow().entry().name()).isEqualTo("fresh");
        assertThat(participants.history().find(membership.processId())).isPresent();
        fresh.kill();
    }

    private void reclaim(int slot) {
        assertThat(slot).isEqualTo(OPEN);
        reclaims++;
    }

    private Participants on(FakeProcess process, SharedMemory view) {
        return new Participants(view, map, process, process);
    }
}
