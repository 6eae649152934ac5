package io.shm.examples.process;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** When the program ends: a signal only asks for it, and the JVM then waits until this is closed. */
public final class Ending implements AutoCloseable {
    private static final int PATIENCE_S = 20;
    private static final int STEP_MS = 100;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch cleanedUp = new CountDownLatch(1);

    private final Runnable onAsked;

    private Ending(Runnable onAsked) {
        this.onAsked = onAsked;
    }

    public static Ending onSignal() {
        return onSignal(() -> {});
    }

    /** @param onAsked runs when a signal has come */
    public static Ending onSignal(Runnable onAsked) {
        Ending ending = new Ending(onAsked);
        Runtime.getRuntime().addShutdownHook(new Thread(ending::askAndWait, "ending"));
        return ending;
    }

    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Until the time is over, Enter is pressed, or a signal comes. */
    public void await(int seconds) throws InterruptedException {
        long start = System.nanoTime();
        long length = TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - start < length && !asked.await(STEP_MS, TimeUnit.MILLISECONDS)) {
            if (isEnterPressed()) {
                return;
            }
        }
    }

    private static boolean isEnterPressed() {
        try {
            // Asked for, not read: a job in the background would be stopped for reading from the terminal.
            return System.in.available() > 0 && System.in.read() >= 0;
        } catch (IOException e) {
            // The terminal was closed: there are no keys any more.
            return false;
        }
    }

    private void askAndWait() {
        if (cleanedUp.getCount() > 0) {
            asked.countDown();
            onAsked.run();
        }
        try {
            cleanedUp.await(PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        cleanedUp.countDown();
    }
}
