package io.shm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The one shutdown hook of the JVM by which it leaves its regions in good order, at its normal end and at SIGTERM. */
final class LeaveAtExit {
    private static final Set<Region> OPEN = ConcurrentHashMap.newKeySet();
    private static boolean hooked;

    static synchronized void add(Region region) {
        if (!hooked) {
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(LeaveAtExit::leaveAll, "shm-leave-at-exit"));
            } catch (IllegalStateException shuttingDown) {
                // Attached by another hook: it dies with the JVM, and is reaped.
                return;
            }
            hooked = true;
        }
        OPEN.add(region);
    }

    static void remove(Region region) {
        OPEN.remove(region);
    }

    private static void leaveAll() {
        for (Region region : OPEN) {
            try {
                region.close();
            } catch (RuntimeException | Error e) {
                // It is reaped as one that died; the other regions come first.
            }
        }
    }

    private LeaveAtExit() {}
}
