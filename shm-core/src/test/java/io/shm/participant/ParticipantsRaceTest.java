package io.shm.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shm.error.BusyException;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import io.shm.participant.FakeLocks.FakeProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two joiners and one slot: the second runs from start to end before each write of the first. */
class ParticipantsRaceTest {
    private static final int OPEN = 46;

    private final RegionMap map = RegionMap.forSize(1 << 20, 0);
    private final SharedMemory memory = SharedMemory.ofPrivate((int) map.slabAt(0));
    private final FakeLocks machine = new FakeLocks();
    private final FakeProcess living = machine.start();

    @BeforeEach
    void takeAllSlotsButOne() {
        ParticipantStates.format(memory);
        for (int slot = 0; slot < OPEN; slot++) {
            on(living, memory).join("living", null);
        }
    }

    @Test
    void givesOneSlotToOneOfTwoJoiners() {
        int writes = raceAll(false);
        assertThat(writes).isGreaterThan(10);
    }

    @Test
    void givesADeadOnesSlotToOneOfTwoJoiners() {
        int writes = raceAll(true);
        assertThat(writes).isGreaterThan(12);
    }

    private int raceAll(boolean slotOfADeadOne) {
        for (int n = 1; ; n++) {
            if (slotOfADeadOne) {
                FakeProcess dead = machine.start();
                on(dead, memory).join("dead", slot -> {});
                dead.kill();
            }
            FakeProcess first = machine.start();
            FakeProcess second = machine.start();
            List<Membership> winners = new ArrayList<>();
            Interrupted interrupted = new Interrupted(memory, n, () -> join(second, memory, winners));
            join(first, interrupted, winners);
            assertThat(winners).hasSize(1);
            assertThat(on(first, memory).isCurrent(winners.get(0))).isTrue();
            first.kill();
            second.kill();
            assertThat(on(living, memory).reapDead(slot -> {})).isEqualTo(1);
            if (interrupted.writes < n) {
                return interrupted.writes;
            }
        }
    }

    private void join(FakeProcess process, SharedMemory view, List<Membership> winners) {
        Throwable thrown = catchThrowable(() -> winners.add(on(process, view).join("joiner", slot -> {})));
        assertThat(thrown)
                .satisfiesAnyOf(t -> assertThat(t).isNull(), t -> assertThat(t).isInstanceOf(BusyException.class));
    }

    private Participants on(FakeProcess process, SharedMemory view) {
        // Who is stopped stays so for as long as anybody waits for it.
        return new Participants(view, map, process, process, 1);
    }

    private static final class Interrupted extends WatchedMemory {
        private final int at;
        private final Runnable other;
        private int writes;

        Interrupted(SharedMemory inner, int at, Runnable other) {
            super(inner);
            this.at = at;
            this.other = other;
        }

        @Override
        protected void beforeWrite(long offset) {
            writes++;
            if (writes == at) {
                other.run();
            }
        }
    }
}
