package io.shm.cli.demo;

import io.shm.cli.child.ChildJvm;
import java.io.IOException;

/** A small program with a mistake in it, run as a process of its own on a region that is made for it. */
public enum Mistake {
    LEAK("leak", "allocates 10, 20, 30 and 40 bytes, and frees the first, the second and the fourth"),
    DOUBLE_FREE(
            "double-free",
            "allocates 10, 20, 30 and 40 bytes, frees the first, the second and the fourth, and the fourth again"),
    OVERRUN("overrun", "allocates 40 bytes, writes 41, and frees them");

    /** The program says what it has done by doing it: nothing but its mistake is left in the region. */
    private static final long REGION_BYTES = 1 << 20;

    private final String label;
    private final String deed;

    /** Looks at the region while it is there. */
    @FunctionalInterface
    public interface Look {
        void at(String reference) throws IOException;
    }

    Mistake(String label, String deed) {
        this.label = label;
        this.deed = deed;
    }

    public String label() {
        return label;
    }

    /** What the program does, as the end of a sentence about it. */
    public String deed() {
        return deed;
    }

    /**
     * Runs the program to its end, and looks at what it leaves. The region keeps what its processes leave.
     *
     * @param keptName the name to leave the region under; null to leave nothing
     */
    public void run(String keptName, Look look) throws IOException, InterruptedException {
        try (DemoRegion region = DemoRegion.make(keptName, REGION_BYTES, "shm-demo");
                ChildJvm child = ChildJvm.start(MistakeProgram.class, region.reference(), label)) {
            child.await();
            look.at(region.reference());
        }
    }
}
