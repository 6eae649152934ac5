package io.shm.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BusyException;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.TotalsLayout;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.LivenessCheck.Standing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParticipantsTest {
    private final RegionMap map = RegionMap.forSize(1 << 20, 0);
    private final SharedMemory memory = SharedMemory.ofPrivate((int) map.slabAt(0));
    private final FakeLocks machine = new FakeLocks();
    private final List<Integer> reclaimed = new ArrayList<>();

    @BeforeEach
    void formatSlots() {
        ParticipantStates.format(memory);
    }

    @Test
    void writesDownWhoJoined() {
        FakeProcess process = machine.start();
        Participants participants = on(process);
        Membership membership = participants.join("order-gw", null);

        assertThat(membership.owner()).isEqualTo(membership.slot() + 1);
        Participant seen = participants.at(membership.slot()).orElseThrow();
        assertThat(seen.state()).isEqualTo(ParticipantState.ACTIVE);
        assertThat(seen.entry().pid()).isEqualTo(process.pid());
        assertThat(seen.entry().name()).isEqualTo("order-gw");
        assertThat(participants.history().find(membership.processId())).contains(seen.entry());
        assertThat(participants.standing(membership.slot())).contains(Standing.ALIVE);
    }

    @Test
    void leavesAnEmptySlotAndAnEntryInTheHistory() {
        FakeProcess process = machine.start();
        Participants participants = on(process);
        Membership membership = participants.join("risk", null);
        assertThat(participants.leave(membership)).isTrue();

        assertThat(participants.at(membership.slot())).isEmpty();
        assertThat(process.probe(membership.slot())).isEqualTo(SlotLocks.Held.FREE);
        ProcessEntry past = participants.history().find(membership.processId()).orElseThrow();
        assertThat(past.leftAt()).isPositive();
        assertThat(participants.leave(membership)).isFalse();
        Membership next = participants.join("risk", null);
        assertThat(next.slot()).isEqualTo(membership.slot());
        assertThat(next.incarnation()).isEqualTo(membership.incarnation() + 1);
        assertThat(next.processId()).isNotEqualTo(membership.processId());
        assertThat(participants.leave(membership)).isFalse();
        assertThat(participants.isCurrent(next)).isTrue();
    }

    @Test
    void startsWithTotalsOfItsOwn() {
        Participants participants = on(machine.start());
        long totals = RegionMap.participantAt(0) + ParticipantLayout.TOTALS_OFFSET;
        memory.fill(totals, TotalsLayout.LENGTH, (byte) 7);
        participants.join("a", null);
        assertThat(memory.getLong(totals + TotalsLayout.ALLOCATIONS_OFFSET)).isZero();
    }

    @Test
    void givesAProcessThatJoinsTwiceTwoPlaces() {
        Participants participants = on(machine.start());
        assertThat(participants.join("a", null).slot())
                .isNotEqualTo(participants.join("a", null).slot());
    }

    @Test
    void refusesTheForty8thAndNamesSomeOfTheOthers() {
        for (int i = 0; i < RegionMap.PARTICIPANTS; i++) {
            on(machine.start()).join("p" + i, this::reclaim);
        }
        assertThatThrownBy(() -> on(machine.start()).join("one more", this::reclaim))
                .isInstanceOf(BusyException.class)
                .hasMessage("no place for another process: 47 of 47 places are taken, by 1001 p0, 1002 p1, 1003 p2,"
                        + " 1004 p3, 1005 p4 and 42 more");
        assertThat(reclaimed).isEmpty();
    }

    @Test
    void reclaimsADeadOnesPlaceWhenNoneIsEmpty() {
        FakeProcess victim = null;
        for (int i = 0; i < RegionMap.PARTICIPANTS; i++) {
            FakeProcess process = machine.start();
            on(process).join("p" + i, this::reclaim);
            victim = i == 20 ? process : victim;
        }
        victim.kill();
        assertThatThrownBy(() -> on(machine.start()).join("no reclaimer", null)).isInstanceOf(BusyException.class);

        Membership membership = on(machine.start()).join("heir", this::reclaim);
        assertThat(membership.slot()).isEqualTo(20);
        assertThat(membership.incarnation()).isEqualTo(2);
        assertThat(reclaimed).containsExactly(20);
    }

    @Test
    void waitsForWhoeverIsReapingTheOnlyPlaceThatComesFree() {
        FakeProcess victim = machine.start();
        on(victim).join("victim", this::reclaim);
        for (int i = 1; i < RegionMap.PARTICIPANTS; i++) {
            on(machine.start()).join("p" + i, this::reclaim);
        }
        victim.kill();
        FakeProcess reaper = machine.start();
        assertThat(reaper.tryHold(0)).isTrue();
        FakeProcess joiner = machine.start();
        // Asked once a first look at all the places has found none.
        ProcessTable table = new ProcessTable() {
            @Override
            public ProcessIdentity self() {
                return joiner.self();
            }

            @Override
            public Evidence of(int pid, long startTicks, long pidNamespace) {
                reaper.letGo(0);
                return joiner.of(pid, startTicks, pidNamespace);
            }
        };
        assertThat(new Participants(memory, map, joiner, table)
                        .join("heir", this::reclaim)
                        .slot())
                .isZero();
    }

    @Test
    void neverReapsAProcessThatHasLostItsLock() {
        FakeProcess victim = machine.start();
        Membership membership = on(victim).join("stopped", this::reclaim);
        victim.loseLocks();

        Participants others = on(machine.start());
        assertThat(others.standing(membership.slot())).contains(Standing.LOCK_LOST);
        assertThat(others.reap(membership.slot(), this::reclaim)).isFalse();
        assertThat(others.reapDead(this::reclaim)).isZero();
        assertThat(others.isCurrent(membership)).isTrue();
        assertThat(reclaimed).isEmpty();
        assertThat(victim.probe(membership.slot())).isEqualTo(SlotLocks.Held.FREE);
    }

    @Test
    void reapsTheDeadOnce() {
        FakeProcess victim = machine.start();
        Membership membership = on(victim).join("victim", this::reclaim);
        Participants others = on(machine.start());
        assertThat(others.reap(membership.slot(), this::reclaim)).isFalse();
        victim.kill();
        assertThat(others.standing(membership.slot())).contains(Standing.DEAD);
        assertThat(others.reapDead(this::reclaim)).isEqualTo(1);
        assertThat(others.reapDead(this::reclaim)).isZero();
        assertThat(reclaimed).containsExactly(membership.slot());
        assertThat(others.isCurrent(membership)).isFalse();
        assertThat(others.history().find(membership.processId()).orElseThrow().leftAt())
                .isZero();
    }

    @Test
    void leavesASlotThatCouldNotBeReclaimedForLater() {
        FakeProcess victim = machine.start();
        Membership membership = on(victim).join("victim", this::reclaim);
        victim.kill();
        Participants others = on(machine.start());
        assertThatThrownBy(() -> others.reap(membership.slot(), slot -> {
                    throw new IllegalStateException("not now");
                }))
                .hasMessage("not now");
        assertThat(others.at(membership.slot()).orElseThrow().state()).isEqualTo(ParticipantState.REAPING);
        assertThat(others.reap(membership.slot(), this::reclaim)).isTrue();
        assertThat(others.at(membership.slot())).isEmpty();
    }

    @Test
    void doesNotTakeTheReaperForTheReaped() {
        memory.putLong(HeaderLayout.BOOT_ID_HIGH_OFFSET, 1);
        memory.putLong(HeaderLayout.BOOT_ID_LOW_OFFSET, 2);
        FakeProcess victim = machine.start();
        Membership membership = on(victim).join("victim", this::reclaim);
        victim.kill();
        Participants others = on(machine.start());
        assertThat(others.reap(membership.slot(), slot -> {
                    assertThat(victim.probe(slot)).isEqualTo(SlotLocks.Held.HELD);
                    assertThat(others.standing(slot)).contains(Standing.DEAD);
                }))
                .isTrue();
    }

    @Test
    void keepsTheHistoryOfThoseWhoAreStillThere() {
        Membership first = on(machine.start()).join("first", null);
        Participants others = on(machine.start());
        for (int i = 0; i < 3 * map.historyCount(); i++) {
            assertThat(others.leave(others.join("guest " + i, null))).isTrue();
        }
        assertThat(others.history().find(first.processId()).orElseThrow().name())
                .isEqualTo("first");
    }

    @Test
    void cutsALongNameBetweenCharacters() {
        Participants participants = on(machine.start());
        Membership membership = participants.join("a" + "汉".repeat(40), null);
        assertThat(participants.at(membership.slot()).orElseThrow().entry().name())
                .isEqualTo("a" + "汉".repeat(21));
    }

    @Test
    void passesByASlotWithADamagedWord() {
        memory.putLong(RegionMap.participantAt(0), 0x1234_5678_9abc_def0L);
        Participants participants = on(machine.start());
        assertThat(participants.join("a", this::reclaim).slot()).isEqualTo(1);
        assertThat(participants.at(0)).isEmpty();
        assertThat(participants.checkInvariants())
                .containsExactly("the word of a participant slot is damaged: slot=0 observed=0x123456789abcdef0");
    }

    private Participants on(FakeProcess process) {
        return new Participants(memory, map, process, process);
    }

    private void reclaim(int slot) {
        reclaimed.add(slot);
    }
}
