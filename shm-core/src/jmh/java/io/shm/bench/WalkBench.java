package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.ledger.Site;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What share of a core a process's housekeeping takes, the walk that looks for damage among it: in an empty region, and in one
 * with a million blocks. {@code scripts/bench walk [SECONDS]}.
 */
public final class WalkBench {
    private static final Site SITE = Site.here();
    private static final int BLOCKS = 1_000_000;

    private WalkBench() {}

    public static void main(String[] args) {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        try (Region region = Region.create(RegionOptions.anonymous().size(256L << 20))) {
            // Until the compiler is done with it.
            share(seconds);
            double empty = share(seconds);
            for (int i = 0; i < BLOCKS; i++) {
                region.allocate(64, SITE);
            }
            share(seconds);
            double full = share(seconds);
            System.out.printf(
                    "housekeeping of one process over %d s, %% of a core: empty region %.3f  with %,d blocks %.3f%n",
                    seconds, empty, BLOCKS, full);
        }
    }

    /** The housekeeper's CPU time against the time that passes, in %. */
    private static double share(int seconds) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long housekeeper = housekeeper();
        long begun = System.nanoTime();
        long cpu = threads.getThreadCpuTime(housekeeper);
        long end = begun + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = begun; now < end; now = System.nanoTime()) {
            LockSupport.parkNanos(end - now);
        }
        long used = threads.getThreadCpuTime(housekeeper) - cpu;
        return 100.0 * used / (System.nanoTime() - begun);
    }

    private static long housekeeper() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shm-housekeeper"))
                .findFirst()
                .orElseThrow()
                .getId();
    }
}
