package io.shm.examples.service;

import io.shm.examples.process.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/**
 * Kills a random worker every second or so, at whatever it is doing; now and then one that has only just been started, and now
 * and then it stops one for longer than a deadline.
 */
final class Trouble implements AutoCloseable {
    private static final int SHORTEST_PAUSE_MS = 300;
    private static final int LONGEST_PAUSE_MS = 1500;
    private static final int ONE_STOP_IN = 5;
    private static final int ONE_BEGINNER_IN = 6;
    /** With longer deadlines nobody is stopped: it would have to be waited for. */
    private static final int LONGEST_DEADLINE_MS = 30_000;

    private final Supervisor supervisor;
    private final LongPredicate hasWorked;
    private final int deadlineMs;
    private final Random random;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Process> stoppers = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "trouble");
    /** Each once: one that was killed may look alive for a moment more. */
    private final Set<ChildJvm> killed = new HashSet<>();

    private volatile int kills;
    private int stops;

    private Trouble(Supervisor supervisor, LongPredicate hasWorked, int deadlineMs, long seed) {
        this.supervisor = supervisor;
        this.hasWorked = hasWorked;
        this.deadlineMs = deadlineMs;
        this.random = new Random(seed);
    }

    /**
     * Begins with it.
     *
     * @param hasWorked whether a process has ever answered: on a slow machine most would be killed before, else
     * @param deadlineMs of requests
     */
    static Trouble make(Supervisor supervisor, LongPredicate hasWorked, int deadlineMs, long seed) {
        Trouble trouble = new Trouble(supervisor, hasWorked, deadlineMs, seed);
        trouble.thread.start();
        return trouble;
    }

    private void run() {
        try {
            while (!over.await(
                    SHORTEST_PAUSE_MS + random.nextInt(LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS), TimeUnit.MILLISECONDS)) {
                ChildJvm victim = supervisor.worker(random.nextInt(supervisor.count()));
                boolean stops = random.nextInt(ONE_STOP_IN) == 0 && deadlineMs <= LONGEST_DEADLINE_MS;
                boolean mayBegin = kills > 0 && random.nextInt(ONE_BEGINNER_IN) == 0;
                if (victim != null
                        && victim.isAlive()
                        && !killed.contains(victim)
                        && (mayBegin || hasWorked.test(victim.pid()))) {
                    trouble(victim, stops);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void trouble(ChildJvm victim, boolean stop) throws IOException {
        if (stop) {
            // By a process of its own, which lets it go on also when this one is killed meanwhile, or when a key of the
            // terminal asks all of them to end.
            String pid = Long.toString(victim.pid());
            int seconds = deadlineMs / 1000 + 1;
            stoppers.add(new ProcessBuilder("sh", "-c", stop(pid, seconds))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start());
            stops++;
        } else {
            victim.kill();
            killed.add(victim);
            kills = killed.size();
        }
    }

    /** The sleep inherits what the shell ignores. */
    static String stop(String pid, int seconds) {
        return "trap '' INT TERM HUP; kill -STOP " + pid + "; sleep " + seconds + "; kill -CONT " + pid;
    }

    int kills() {
        return kills;
    }

    /** After {@link #close}. */
    int stops() {
        return stops;
    }

    /** No more of it; whoever is stopped goes on. */
    @Override
    public void close() {
        over.countDown();
        try {
            thread.join();
            for (Process stopper : stoppers) {
                stopper.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
