package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.ladder.Ladder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Level 4: random programs in random schedules. The seed of a schedule that fails is printed; {@code -Dshm.seed} repeats
 * it, and with {@code -Dshm.ladder.schedules=1} says what was done when.
 */
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulesTest {
    private static final int SCHEDULES = Ladder.size("schedules", 20_000, 120_000);

    @Test
    void nothingIsLostOrTwiceInAnySchedule() throws Exception {
        long seed = Ladder.seed();
        System.out.println("SchedulesTest -Dshm.seed=" + seed);
        Ladder.row("4", "schedules of heap and cells", "schedules", seed, count -> {
            Schedules result = new Schedules(seed, SCHEDULES, Operation.all(), null).run();
            count.add(result.done());
            System.out.println("SchedulesTest: " + result);
            if (result.failure() != null) {
                throw result.failure();
            }
            assertThat(result.done()).isEqualTo(SCHEDULES);
        });
    }
}
