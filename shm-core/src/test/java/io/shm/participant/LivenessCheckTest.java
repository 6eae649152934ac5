package io.shm.participant;

import static io.shm.participant.LivenessCheck.Standing;
import static org.assertj.core.api.Assertions.assertThat;

import io.shm.participant.SlotLocks.Held;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LivenessCheckTest {
    @ParameterizedTest
    @EnumSource(Evidence.class)
    void takesAHeldLockForLifeWhateverElseIsSeen(Evidence evidence) {
        assertThat(LivenessCheck.decide(Held.HELD, evidence, false)).isEqualTo(Standing.ALIVE);
    }

    @ParameterizedTest
    @CsvSource({"PRESENT,LOCK_LOST", "GONE,DEAD", "INVISIBLE,DEAD"})
    void takesAFreeLockForDeathUnlessTheProcessIsThere(Evidence evidence, Standing expected) {
        assertThat(LivenessCheck.decide(Held.FREE, evidence, true)).isEqualTo(expected);
        assertThat(LivenessCheck.decide(Held.FREE, evidence, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PRESENT,ALIVE", "GONE,DEAD", "INVISIBLE,UNKNOWN"})
    void asksTheProcessTableWhereTheLockCannotBeAsked(Evidence evidence, Standing expected) {
        assertThat(LivenessCheck.decide(Held.UNKNOWN, evidence, true)).isEqualTo(expected);
    }

    @Test
    void knowsNothingAboutPidsOfAnotherBoot() {
        assertThat(LivenessCheck.decide(Held.UNKNOWN, Evidence.GONE, false)).isEqualTo(Standing.UNKNOWN);
    }
}
