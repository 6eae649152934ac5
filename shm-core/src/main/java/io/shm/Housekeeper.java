package io.shm;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The one daemon thread of the JVM that keeps the coarse clocks of all regions and carries their counters over. */
final class Housekeeper {
    /** What the times in records are accurate to. */
    static final int TICK_MS = 10;

    private static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Chores(task);
        thread.setDaemon(true);
        return thread;
    });

    static ScheduledFuture<?> every(int ticks, Runnable task) {
        return THREAD.scheduleAtFixedRate(task, (long) ticks * TICK_MS, (long) ticks * TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Whether the calling thread is it: then nothing that it would do can be waited for. */
    static boolean isCalling() {
        return Thread.currentThread() instanceof Chores;
    }

    private static final class Chores extends Thread {
        Chores(Runnable task) {
            super(task, "shm-housekeeper");
        }
    }

    private Housekeeper() {}
}
