package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.ladder.Ladder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Level 4, of what is told rather than done: correct programs, some of which die, while somebody looks for leaks. No fault is
 * written, and nothing is called a leak that its owner knows, that a cell holds, or that is on its way.
 */
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CorrectProgramsTest {
    private static final int PROGRAMS = Ladder.size("programs", 2000, 100_000);

    @Test
    void haveNoFaultsAndNoLeaks() throws Exception {
        long seed = Ladder.seed();
        System.out.println("CorrectProgramsTest -Dshm.seed=" + seed);
        Ladder.row("4", "correct programs: no fault, no leak", "schedules", seed, count -> {
            Schedules result = new Schedules(seed, PROGRAMS, Operation.correct(), Setting.PLAIN, null).run();
            count.add(result.done());
            System.out.println("CorrectProgramsTest: " + result);
            if (result.failure() != null) {
                throw result.failure();
            }
            assertThat(result.done()).isEqualTo(PROGRAMS);
        });
    }
}
