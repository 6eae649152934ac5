package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.ladder.Ladder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
        Ladder.row("4", "schedules of the heap", "schedules", seed, count -> {
            Result result = run(seed, SCHEDULES);
            count.add(result.done.get());
            System.out.println("SchedulesTest: " + result.done + " schedules, " + result.deaths + " deaths, "
                    + result.ticks + " ticks");
            if (result.failed.get() != null) {
                throw result.failed.get();
            }
            assertThat(result.done.get()).isEqualTo(SCHEDULES);
        });
    }

    private static final class Result {
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong deaths = new AtomicLong();
        private final AtomicLong ticks = new AtomicLong();
        private final AtomicReference<AssertionError> failed = new AtomicReference<>();
    }

    /** The first has the seed itself, so that the seed of one that failed repeats it. */
    static long seedOf(long seed, int index) {
        return index == 0 ? seed : new SplittableRandom(seed + index).nextLong();
    }

    private static Result run(long seed, int schedules) throws InterruptedException {
        Result result = new Result();
        int runners = Math.min(schedules, Runtime.getRuntime().availableProcessors());
        List<Thread> threads = new ArrayList<>();
        for (int r = 0; r < runners; r++) {
            int first = r;
            Thread thread = new Thread(() -> {
                Schedule.World world = new Schedule.World();
                try (Crew crew = new Crew()) {
                    for (int i = first; i < schedules && result.failed.get() == null; i += runners) {
                        runOne(world, crew, seedOf(seed, i), schedules == 1, result);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return result;
    }

    private static void runOne(Schedule.World world, Crew crew, long seed, boolean tracing, Result result) {
        Schedule schedule = new Schedule(world, crew, seed, List.of(HeapOperation.values()), tracing);
        try {
            schedule.run();
        } catch (AssertionError | RuntimeException | InterruptedException e) {
            result.failed.compareAndSet(
                    null,
                    new AssertionError(
                            "schedule with -Dshm.seed=" + seed + ": " + e.getMessage() + "\n"
                                    + String.join("\n", schedule.trace()),
                            e));
        }
        result.done.incrementAndGet();
        result.deaths.addAndGet(schedule.deaths);
        result.ticks.addAndGet(schedule.scheduler.ticks());
    }
}
