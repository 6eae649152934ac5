package io.shm.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** The threads of one runner of schedules: for each participant one that runs its program, and another of its process. */
final class Crew implements AutoCloseable {
    static final int SIZE = 4;

    final List<ExecutorService> threads = new ArrayList<>();
    final List<ExecutorService> aides = new ArrayList<>();

    Crew() {
        for (int i = 0; i < SIZE; i++) {
            threads.add(Executors.newSingleThreadExecutor(Crew::daemon));
            aides.add(Executors.newSingleThreadExecutor(Crew::daemon));
        }
    }

    /**
     * Runs the participants' lives to their end, one step of one at a time, as the scheduler says.
     *
     * @param live what the participant with a number does
     */
    void run(Scheduler scheduler, int participants, IntConsumer live) throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < participants; i++) {
            int number = i;
            threads.get(number).execute(() -> {
                scheduler.await(number);
                try {
                    live.accept(number);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                } finally {
                    if (scheduler.finish(number)) {
                        last.countDown();
                    }
                }
            });
        }
        scheduler.begin();
        if (!last.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a schedule does not end");
        }
        if (failure.get() != null) {
            throw new AssertionError("a participant failed: " + failure, failure.get());
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "schedule");
        thread.setDaemon(true);
        Thread.UncaughtExceptionHandler others = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((where, error) -> {
            if (!(error instanceof Unwanted)) {
                others.uncaughtException(where, error);
            }
        });
        return thread;
    }

    /** A listener does not want what it is given. */
    static final class Unwanted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unwanted() {
            super("unwanted", null, false, false);
        }
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdownNow);
        aides.forEach(ExecutorService::shutdownNow);
    }
}
