package io.shm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
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
