package io.shm.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Many schedules, one after the other on each processor, until one fails. */
final class Schedules {
    private final long seed;
    private final int schedules;
    private final List<? extends Operation> operations;
    /** Null for any. */
    private final Setting setting;

    private final Sabotage sabotage;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong deaths = new AtomicLong();
    private final AtomicLong ticks = new AtomicLong();
    private final AtomicReference<AssertionError> failure = new AtomicReference<>();

    /**
     * @param setting of each; null for any
     * @param sabotage a deliberate mistake; null for none
     */
    Schedules(long seed, int schedules, List<? extends Operation> operations, Setting setting, Sabotage sabotage) {
        this.setting = setting;
        this.seed = seed;
        this.schedules = schedules;
        this.operations = operations;
        this.sabotage = sabotage;
    }

    /** How many were run to their end. */
    long done() {
        return done.get();
    }

    /** The first failure; null if there was none. */
    AssertionError failure() {
        return failure.get();
    }

    /** The first has the seed itself, so that the seed of one that failed repeats it. */
    private long seedOf(int index) {
        return index == 0 ? seed : new SplittableRandom(seed + index).nextLong();
    }

    Schedules run() throws InterruptedException {
        int runners = Math.min(schedules, Runtime.getRuntime().availableProcessors());
        List<Thread> threads = new ArrayList<>();
        for (int r = 0; r < runners; r++) {
            int first = r;
            Thread thread = new Thread(() -> {
                Schedule.World world = new Schedule.World();
                try (Crew crew = new Crew()) {
                    for (int i = first; i < schedules && failure.get() == null; i += runners) {
                        run(world, crew, seedOf(i));
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return this;
    }

    private void run(Schedule.World world, Crew crew, long scheduleSeed) {
        Schedule schedule = new Schedule(world, crew, scheduleSeed, operations, setting, sabotage, schedules == 1);
        try {
            schedule.run();
            done.incrementAndGet();
        } catch (AssertionError | RuntimeException | InterruptedException e) {
            failure.compareAndSet(
                    null,
                    new AssertionError(
                            "schedule with -Dshm.seed=" + scheduleSeed + ": " + e.getMessage() + "\n"
                                    + String.join("\n", schedule.trace()),
                            e));
        }
        deaths.addAndGet(schedule.deaths);
        ticks.addAndGet(schedule.scheduler.ticks());
    }

    @Override
    public String toString() {
        return done + " schedules, " + deaths + " deaths, " + ticks + " ticks";
    }
}
