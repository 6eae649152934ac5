package io.shm.cli.demo;

import io.shm.Region;
import io.shm.cli.child.ChildJvm;
import io.shm.error.ShmException;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Three processes work in a region of policy keep; one is killed in the middle. The others notice it and go on, and what it
 * held stays as orphans until somebody decides: here they are released in the end.
 */
public final class Crash {
    private static final long REGION_BYTES = 4L << 20;
    private static final List<String> NAMES = List.of("feed", "risk", "archive");
    private static final int VICTIM = 1;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    /** How much more the survivors must have done, each, to count as going on. */
    private static final long PAIRS = 1000;

    private final String keptName;

    /** What the demo shows, in this order. */
    public interface Audience {
        void before(Picture picture) throws IOException;

        void killed(long pid, String name) throws IOException;

        /** @param pairs that it allocated and freed since the kill, at least */
        void goesOn(long pid, String name, long pairs) throws IOException;

        void after(Picture picture, List<BlockRow> orphans) throws IOException;

        /** Once the orphans are released; not called where the region is kept. */
        void released(int orphans, int left) throws IOException;
    }

    /** @param keptName the name to leave the region under, orphans and all; null to leave nothing */
    public Crash(String keptName) {
        this.keptName = keptName;
    }

    /** @throws ShmException if a process does not do its part */
    public void run(Audience audience) throws IOException, InterruptedException {
        try (DemoRegion region = DemoRegion.make(keptName, REGION_BYTES, "demo")) {
            List<ChildJvm> children = new ArrayList<>();
            try {
                for (String child : NAMES) {
                    children.add(ChildJvm.start(CrashChild.class, region.reference(), child));
                }
                for (ChildJvm child : children) {
                    child.answer();
                }
                show(region.region(), children, audience);
            } finally {
                children.forEach(ChildJvm::close);
            }
        }
    }

    private void show(Region region, List<ChildJvm> children, Audience audience)
            throws IOException, InterruptedException {
        try (Inspector inspector = Inspector.open(region.reference())) {
            ChildJvm victim = children.get(VICTIM);
            awaitPairs(victim, 0);
            audience.before(inspector.picture());
            victim.kill();
            audience.killed(victim.pid(), NAMES.get(VICTIM));
            for (int i = 0; i < children.size(); i++) {
                if (i != VICTIM) {
                    ChildJvm survivor = children.get(i);
                    long from = Long.parseLong(survivor.ask("pairs"));
                    audience.goesOn(survivor.pid(), NAMES.get(i), awaitPairs(survivor, from) - from);
                }
            }
            awaitReaped(inspector, victim.pid());
            List<BlockRow> orphans = orphans(inspector);
            audience.after(inspector.picture(), orphans);
            if (keptName == null) {
                int released = 0;
                for (BlockRow orphan : orphans) {
                    released += region.release(orphan.offset()) ? 1 : 0;
                }
                audience.released(released, orphans(inspector).size());
            }
            for (ChildJvm child : children) {
                if (child != victim) {
                    child.end();
                }
            }
        }
    }

    /** Waits until a process has done so many more pairs. */
    private static long awaitPairs(ChildJvm child, long from) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        long pairs = from;
        while (pairs < from + PAIRS) {
            checkPatience(deadline, "process " + child.pid() + " does not go on");
            pairs = Long.parseLong(child.ask("pairs"));
        }
        return pairs;
    }

    private static void awaitReaped(Inspector inspector, long pid) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (inspector.picture().processes().stream()
                .anyMatch(row -> row.process().pid() == pid)) {
            checkPatience(deadline, "nobody has noticed that process " + pid + " is dead");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void checkPatience(long deadline, String failure) {
        if (System.nanoTime() - deadline > 0) {
            throw new ShmException(failure);
        }
    }

    private static List<BlockRow> orphans(Inspector inspector) {
        List<BlockRow> orphans = new ArrayList<>();
        inspector.blocks(block -> block.state().equals("orphan"), orphans::add);
        return orphans;
    }
}
