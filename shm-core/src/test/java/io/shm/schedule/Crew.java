package io.shm.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "schedule");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdownNow);
        aides.forEach(ExecutorService::shutdownNow);
    }
}
