package io.shm.cli;

import io.shm.Region;
import io.shm.cli.child.ChildJvm;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A process that attaches to a region, allocates, and is gone without a word. */
final class Deserter {
    static final Site WORK = Site.here();

    private Deserter() {}

    /** @param args the region, and how many blocks of 1,000 bytes */
    public static void main(String[] args) {
        Region region = Region.attach(args[0], "risk");
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            region.allocate(1000, Tag.of("packet"), WORK);
        }
        Runtime.getRuntime().halt(9);
    }

    /** Runs one to its end; its pid. */
    static long from(String region, int blocks) throws IOException, InterruptedException {
        Process process = ChildJvm.launch(Deserter.class, region, Integer.toString(blocks));
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 9) {
            process.destroyForcibly();
            throw new AssertionError(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        return process.pid();
    }
}
