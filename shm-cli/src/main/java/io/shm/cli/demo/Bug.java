package io.shm.cli.demo;

import io.shm.cli.child.ChildJvm;
import io.shm.error.ShmException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the three bugs that programs with shared memory have most, as a program of one or two processes on a region that
 * is made for it. Each tells its figures in the root {@code figures}, and leaves what it has lost.
 */
public enum Bug {
    /** Queued for release only if a condition holds; the other branch forgets to free. */
    QUEUE("queue", 1, List.of("calls", "refused", "queued", "freed")),
    /** Two processes see nothing in a place, both allocate, the second overwrites the first. */
    RACE("race", 2, List.of("rounds", "stored", "lost", "safeRounds", "safeLost")),
    /** An element stored, an exception before the counter is raised, the next call overwrites it. */
    ARRAY("array", 1, List.of("calls", "exceptions", "memNum", "overwritten", "appended", "refused"));

    private static final long REGION_BYTES = 8 << 20;

    private final String label;
    private final int processes;

    @SuppressWarnings("ImmutableEnumChecker") // a List.of
    private final List<String> figures;

    /** Looks at the region while it is there. */
    @FunctionalInterface
    public interface Look {
        void at(String reference, Map<String, Long> figures) throws IOException;
    }

    Bug(String label, int processes, List<String> figures) {
        this.label = label;
        this.processes = processes;
        this.figures = figures;
    }

    public String label() {
        return label;
    }

    /**
     * Runs its processes to their end, and looks at what they leave.
     *
     * @param keptName the name to leave the region under; null to leave nothing
     * @throws ShmException if a process fails
     */
    public void run(String keptName, Look look) throws IOException, InterruptedException {
        try (DemoRegion region = DemoRegion.make(keptName, REGION_BYTES, "shm-demo")) {
            Figures told = Figures.make(region.region(), figures);
            List<ChildJvm> children = new ArrayList<>();
            try {
                for (int i = 0; i < processes; i++) {
                    children.add(ChildJvm.start(BugProgram.class, region.reference(), label, Integer.toString(i)));
                }
                for (ChildJvm child : children) {
                    child.await();
                }
            } finally {
                children.forEach(ChildJvm::close);
            }
            Map<String, Long> sums = new LinkedHashMap<>();
            for (String figure : figures) {
                sums.put(figure, told.get(figure));
            }
            look.at(region.reference(), sums);
        }
    }

    static Bug of(String label) {
        for (Bug bug : values()) {
            if (bug.label.equals(label)) {
                return bug;
            }
        }
        throw new IllegalArgumentException("no bug " + label);
    }

    List<String> figures() {
        return figures;
    }
}
