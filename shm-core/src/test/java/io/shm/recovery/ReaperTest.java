package io.shm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.memory.CrashingMemory;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.Membership;
import io.shm.participant.Participant;
import io.shm.participant.ParticipantStates;
import io.shm.participant.Participants;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private final HeapFixture region = new HeapFixture(1 << 20);
    private final FakeLocks machine = new FakeLocks();
    private final FakeProcess dying = machine.start();
    private final FakeProcess living = machine.start();
    private final List<Participant> lockLost = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Membership victim;
    private Membership own;

    @BeforeEach
    void join() {
        ParticipantStates.format(region.memory);
        victim = on(dying).join("victim", null);
        own = on(living).join("living", null);
    }

    private Participants on(FakeProcess process) {
        return new Participants(region.memory, region.map, process, process);
    }

    private Reaper reaper() {
        return new Reaper(
                on(living),
                own.slot(),
                new Settlement(
                        () -> region.reclaim(region.memory, false),
                        (slot, held) -> told.add("slot " + slot + ": " + held.blocks() + " blocks, " + held.bytes()
                                + " bytes, still " + region.books().live.size())),
                lockLost::add);
    }

    @Test
    void leavesTheLivingAlone() {
        region.heapOf(victim).tryAllocate(100, 0, 0, 0);

        assertThat(reaper().reapDead()).isFalse();
        assertThat(region.audit().live).hasSize(1);
        assertThat(told).isEmpty();
    }

    @Test
    void tellsWhatTheDeadHeldBeforeAnyOfItIsSettled() {
        region.heapOf(victim).tryAllocate(100, 0, 0, 0);
        region.heapOf(victim).tryAllocate(200_000, 0, 0, 0);
        dying.kill();

        assertThat(reaper().reapDead()).isTrue();
        assertThat(told).containsExactly("slot 0: 2 blocks, 200100 bytes, still 2");
        assertThat(region.audit().live).isEmpty();
        assertThat(on(living).at(victim.slot())).isEmpty();
        assertThat(reaper().reapDead()).isFalse();
    }

    @Test
    void neverReapsItself() {
        living.loseLocks();

        assertThat(reaper().reapDead()).isFalse();
        assertThat(on(living).isActive(own)).isTrue();
        assertThat(lockLost).isEmpty();
    }

    @Test
    void tellsOfALostLockOnce() {
        region.heapOf(victim).tryAllocate(100, 0, 0, 0);
        dying.loseLocks();
        Reaper reaper = reaper();

        assertThat(reaper.reapDead()).isFalse();
        assertThat(reaper.reapDead()).isFalse();
        assertThat(lockLost).extracting(Participant::pid).containsExactly(dying.pid());
        assertThat(region.audit().live).hasSize(1);
        dying.kill();
        assertThat(reaper.reapDead()).isTrue();
    }

    @Test
    void oneThatLeavesMeanwhileHasNotLostItsLock() {
        Reaper reaper = reaper();
        // Between the probe and the second look it has left: as if its byte had been free while it was ACTIVE.
        on(dying).leave(victim);

        assertThat(reaper.reap(victim.slot())).isFalse();
        assertThat(lockLost).isEmpty();
    }

    @Test
    void oneOfTwoReapersSettles() {
        dying.kill();
        FakeProcess other = machine.start();
        assertThat(other.tryHold(victim.slot())).isTrue();

        assertThat(reaper().reapDead()).isFalse();
        assertThat(told).isEmpty();
        other.letGo(victim.slot());
        assertThat(reaper().reapDead()).isTrue();
    }

    @Test
    void beginsAgainWhereAReaperDied() {
        region.heapOf(victim).tryAllocate(100, 0, 0, 0);
        dying.kill();
        FakeProcess other = machine.start();
        assertThat(other.tryHold(victim.slot())).isTrue();
        ParticipantStates states = new ParticipantStates(region.memory);
        assertThat(states.startReaping(victim.slot(), states.word(victim.slot())))
                .isTrue();
        other.kill();

        assertThat(reaper().reapDead()).isTrue();
        assertThat(region.audit().live).isEmpty();
        assertThat(on(living).at(victim.slot())).isEmpty();
    }

    @Test
    void reapsNobodyOnceItIsStopped() {
        dying.kill();
        Reaper reaper = reaper();
        reaper.stop();

        assertThat(reaper.reapDead()).isFalse();
        assertThat(reaper.reap(victim.slot())).isFalse();
    }

    @Test
    void whatTheDeadHeldStaysListedOnceWhoeverDiesMeanwhile() {
        int site = new Sites(region.memory, region.map).idOf(Site.here("work"));
        Heap heap = region.heapOf(victim);
        heap.tryAllocate(100, 0, site, 0);
        heap.tryAllocate(200, 0, site, 0);
        heap.tryAllocate(300, 0, 0, 0);
        dying.kill();
        byte[] before = region.bytes();
        int entries = 0;
        boolean done = false;
        for (long n = 1; !done; n++) {
            region.restore(before);
            try {
                reaperOn(new CrashingMemory(region.memory, n)).reapDead();
                done = true;
            } catch (CrashingMemory.Crash e) {
                // The next one must not list it twice.
                living.letGo(victim.slot());
                reaperOn(region.memory).reapDead();
            }
            assertThat(region.audit().live).isEmpty();
            List<Fault> listed = new FaultLog(region.memory, region.map).read();
            assertThat(listed)
                    .as("died at write " + n)
                    .extracting(fault -> fault.kind() + " " + fault.allocated().site() + ": " + fault.blocks() + "/"
                            + fault.bytes() + " of " + fault.by().pid())
                    .containsExactlyInAnyOrder(
                            "RECLAIMED " + site + ": 2/300 of " + dying.pid(), "RECLAIMED 0: 1/300 of " + dying.pid());
            entries += listed.size();
        }
        assertThat(entries).isGreaterThan(20);
        assertThat(new FaultLog(region.memory, region.map).faults()).isZero();
    }

    private Reaper reaperOn(SharedMemory view) {
        Participants participants = new Participants(view, region.map, living, living);
        Notices notices = new Notices(view, region.map, participants, false, () -> 77);
        return new Reaper(
                participants,
                own.slot(),
                new Settlement(() -> region.reclaim(view, false), notices::holds),
                notices::lockLost);
    }

    @Test
    void aLostLockStaysListed() {
        dying.loseLocks();
        reaperOn(region.memory).reapDead();

        assertThat(new FaultLog(region.memory, region.map).read())
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.kind()).isEqualTo(FaultKind.LOCK_LOST);
                    assertThat(fault.by().pid()).isEqualTo(dying.pid());
                    assertThat(fault.firstAtMs()).isEqualTo(77);
                });
    }

    @Test
    void anAllocationThatFindsNoRoomReapsAndTriesOnceMore() {
        HeapFixture.fill(region.heapOf(victim), 3000);
        Heap heap = region.heapOf(own);
        heap.beforeRefusal(reaper()::reapDead);

        assertThat(heap.tryAllocate(3000, 0, 0, 0)).isNull();
        dying.kill();
        assertThat(heap.tryAllocate(3000, 0, 0, 0)).isNotNull();
        assertThat(told).hasSize(1);
    }
}
