package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.ladder.Ladder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Level 4: random programs in random schedules, in regions of all kinds ({@link Setting}). The seed of a schedule that
 * fails is printed; {@code -Dshm.seed} repeats it, and with {@code -Dshm.ladder.schedules=1} says what was done when.
 */
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulesTest {
    private static final int SCHEDULES = Ladder.size("schedules", 20_000, 120_000);

    @Test
    void nothingIsLostOrTwiceInAnySchedule() throws Exception {
        long seed = Ladder.seed();
        System.out.println("SchedulesTest -Dshm.seed=" + seed);
        Ladder.row("4", "schedules of heap and cells", "schedules", seed, count -> {
            Schedules result = new Schedules(seed, SCHEDULES, Operation.all(), null, null).run();
            count.add(result.done());
            System.out.println("SchedulesTest: " + result);
            if (result.failure() != null) {
                throw result.failure();
            }
            assertThat(result.done()).isEqualTo(SCHEDULES);
        });
    }

    /** A reference was written over while its replacement was half-done: what was displaced was told of as lost, and was not. */
    @Test
    void aRawWriteOverAReplacementThatIsHalfDoneLosesOneBlockAndNotTwo() throws Exception {
        repeats(3272536130744310919L, Setting.RAW);
    }

    /** The region had grown under a reclaimer's walk, and a run lay across its old end. */
    @Test
    void aRunAcrossTheEndOfAWalkIsLeftAlone() throws Exception {
        repeats(2989754644661320903L, null);
    }

    private static void repeats(long seed, Setting setting) throws Exception {
        Schedules result = new Schedules(seed, 1, Operation.all(), setting, null).run();
        if (result.failure() != null) {
            throw result.failure();
        }
    }
}
