package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.inspect.Inspector;
import io.shm.ledger.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after SIGKILL of one process another that runs has reaped it, without being asked: idle, and with a thread that
 * allocates and frees all the time. {@code scripts/bench death [DEATHS]}.
 */
public final class DeathNoticeBench {
    private static final Site SITE = Site.here();
    private static final int BLOCKS = 1000;

    private DeathNoticeBench() {}

    public static void main(String[] args) throws IOException {
        int deaths = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        String name = "shm-bench-death-" + ProcessHandle.current().pid();
        try (Region region = Region.create(RegionOptions.named(name).size(16 << 20));
                Inspector inspector = Inspector.open(name)) {
            print("idle", deaths, times(inspector, name, deaths));
            Thread busy = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    region.allocate(64, SITE).free(SITE);
                }
            });
            busy.start();
            try {
                print("busy", deaths, times(inspector, name, deaths));
            } finally {
                busy.interrupt();
                join(busy);
            }
        } finally {
            Region.remove(name, true);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(String how, int deaths, long[] ns) {
        Arrays.sort(ns);
        System.out.printf(
                "death noticed by a process that is %s, ms from the kill until it is reaped: least %.1f  median %.1f"
                        + "  most %.1f  of %d%n",
                how, ns[0] / 1e6, ns[ns.length / 2] / 1e6, ns[ns.length - 1] / 1e6, deaths);
    }

    private static long[] times(Inspector inspector, String name, int deaths) throws IOException {
        long[] ns = new long[deaths];
        for (int i = 0; i < deaths; i++) {
            Process victim = ChildJvm.start(Victim.class, name);
            try (BufferedReader from =
                    new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
                if (!"ready".equals(from.readLine())) {
                    throw new IllegalStateException("the victim does not attach");
                }
                // At another moment of the survivor's rounds each time.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(i * 37L % 100));
                long killed = System.nanoTime();
                victim.destroyForcibly();
                while (inspector.picture().processes().size() > 1) {
                    LockSupport.parkNanos(200_000);
                }
                ns[i] = System.nanoTime() - killed;
            } finally {
                victim.destroyForcibly();
                victim.onExit().join();
            }
        }
        return ns;
    }

    /** Holds some blocks until it is killed, or its parent is gone. */
    public static final class Victim {
        private Victim() {}

        public static void main(String[] args) throws IOException {
            try (Region region = Region.attach(args[0], "victim")) {
                for (int i = 0; i < BLOCKS; i++) {
                    region.allocate(1000, SITE);
                }
                System.out.println("ready");
                while (System.in.read() >= 0) {
                    // Nobody writes: this is the wait for the end.
                }
            }
        }
    }
}
