package io.shm.examples.service;

import io.shm.examples.process.ChildJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Keeps so many workers running: sees one die, and starts another. */
final class Supervisor implements AutoCloseable {
    /** Small and soon there: a worker that was killed is missed. */
    private static final List<String> OPTIONS =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private static final int SIGKILL_EXIT = 128 + 9;
    /** One that ends by itself would end again. */
    private static final int PAUSE_MS = 1000;

    private final String reference;
    private final BooleanSupplier ending;
    private final Consumer<String> told;
    private final ChildJvm[] workers;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong killed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong started = new AtomicLong();

    /**
     * @param ending whether all is to end, because a signal came: workers are not started again
     * @param told what happens, a line at a time
     */
    Supervisor(String reference, int count, BooleanSupplier ending, Consumer<String> told) {
        this.reference = reference;
        this.ending = ending;
        this.told = told;
        this.workers = new ChildJvm[count];
    }

    void start() throws IOException {
        for (int i = 0; i < workers.length; i++) {
            int place = i;
            if (!startWorker(place)) {
                return;
            }
            told.accept("worker " + (place + 1) + " is process " + workers[place].pid());
            Thread thread = new Thread(() -> keep(place), "worker-" + (place + 1));
            threads.add(thread);
            thread.start();
        }
    }

    private void keep(int place) {
        try {
            while (true) {
                ChildJvm worker = worker(place);
                int exit = worker.await();
                boolean wasKilled = exit == SIGKILL_EXIT;
                if (wasKilled) {
                    killed.incrementAndGet();
                } else if (stopping.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                // After the pause: whoever ends all processes may have begun with a worker.
                if (isStopping()) {
                    return;
                }
                if (!wasKilled) {
                    failed.incrementAndGet();
                }
                if (!startWorker(place)) {
                    return;
                }
                told.accept("worker " + (place + 1) + ", process " + worker.pid() + ", "
                        + (wasKilled ? "was killed" : "ended with exit code " + exit) + "; now it is process "
                        + worker(place).pid());
            }
        } catch (IOException e) {
            failed.incrementAndGet();
            told.accept("cannot start worker " + (place + 1) + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False where none is to be started any more: so none comes after {@link #close} has looked. */
    private synchronized boolean startWorker(int place) throws IOException {
        if (isStopping()) {
            return false;
        }
        workers[place] = ChildJvm.startApart(OPTIONS, Worker.class, reference, "worker-" + (place + 1));
        started.incrementAndGet();
        return true;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0 || ending.getAsBoolean();
    }

    int count() {
        return workers.length;
    }

    /** The worker in a place, from 0 on; it may be dead already. Null where the end came before its beginning. */
    synchronized ChildJvm worker(int place) {
        return workers[place];
    }

    /** Workers that somebody killed. */
    long killed() {
        return killed.get();
    }

    /** Workers that ended without being killed or asked. */
    long failed() {
        return failed.get();
    }

    long restarts() {
        return Math.max(0, started.get() - workers.length);
    }

    /** Asks all workers to end and waits for it. */
    @Override
    public void close() throws IOException {
        List<ChildJvm> last = new ArrayList<>();
        synchronized (this) {
            stopping.countDown();
            for (ChildJvm worker : workers) {
                if (worker != null) {
                    last.add(worker);
                }
            }
        }
        for (ChildJvm worker : last) {
            worker.askToEnd();
        }
        for (ChildJvm worker : last) {
            worker.close();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
