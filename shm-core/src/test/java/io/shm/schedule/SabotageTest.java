package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.ladder.Ladder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Level 8: each deliberate mistake in the real code is found by level 4. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SabotageTest {
    /** Far more than any needs: the seed is another one each time, and a run ends as soon as the mistake is found. */
    private static final int SCHEDULES = Ladder.size("sabotaged", 300_000, 300_000);

    @ParameterizedTest
    @EnumSource
    void isFound(Sabotage sabotage) throws Exception {
        long seed = Ladder.seed();
        System.out.println("SabotageTest " + sabotage + " -Dshm.seed=" + seed);
        long begun = System.nanoTime();
        Schedules schedules = new Schedules(seed, SCHEDULES, sabotage.operations(), sabotage.setting(), sabotage).run();
        boolean found = schedules.failure() != null;
        Ladder.report(
                "8",
                "mutant " + sabotage + (found ? ", found by level 4" : ", NOT FOUND"),
                schedules.done() + 1,
                "schedules",
                seed,
                found ? 0 : 1,
                System.nanoTime() - begun);
        assertThat(found)
                .as("%s is found within %s schedules", sabotage, SCHEDULES)
                .isTrue();
        System.out.println(sabotage + ": "
                + schedules.failure().getMessage().strip().lines().limit(3).toList());
    }
}
