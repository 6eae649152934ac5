package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.ledger.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What has grown since when: snapshot, baseline, diff. */
class OverTimeTest extends OnARegion {
    private static final Site BALANCED = Site.of("com.acme.Balanced", "pair", "Balanced.java", 7);
    private static final Site LEAKING = Site.of("com.acme.Leaking", "forget", "Leaking.java", 11);
    private static final Site STEADY = Site.of("com.acme.Steady", "keep", "Steady.java", 13);

    @BeforeEach
    void fill() {
        for (int i = 0; i < 100; i++) {
            region.allocate(100, STEADY);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static Cli fine(String... args) {
        Cli cli = Cli.run(args);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return cli;
    }

    private void work(int seconds) {
        for (int second = 0; second < seconds; second++) {
            region.allocate(64, LEAKING);
            for (int i = 0; i < 100_000 / seconds; i++) {
                region.allocate(200, BALANCED).free();
            }
        }
    }

    @Test
    void theLeakingSiteAloneHasGrownSinceTheBaseline() {
        fine("baseline", path, "-o", file("before.json"));
        work(10);

        Cli diff = Cli.run("diff", path, "--baseline", file("before.json"), "--fail-if-grew", "--json");

        assertThat(diff.err()).isEmpty();
        assertThat(diff.code()).isEqualTo(1);
        Map<String, Object> json = diff.json();
        assertThat(json)
                .containsEntry("schema", "shm.diff/1")
                .containsEntry("bytes", 640L)
                .containsEntry("grew", 1L);
        List<Map<String, Object>> sites = Cli.objects(json, "sites");
        assertThat(sites).hasSize(1);
        assertThat(sites.get(0)).containsEntry("blocksGrown", 10L).containsEntry("grown", 640L);
        assertThat(Cli.object(sites.get(0), "site"))
                .containsEntry("class", "com.acme.Leaking")
                .containsEntry("line", 11L);
    }

    @Test
    void aThresholdLetsALittleGrowthPass() {
        fine("baseline", path, "-o", file("before.json"));
        work(10);
        assertThat(Cli.run("diff", path, "--baseline", file("before.json"), "--fail-if-grew=640")
                        .code())
                .isZero();
        assertThat(Cli.run("diff", path, "--baseline", file("before.json"), "--fail-if-grew=639")
                        .code())
                .isEqualTo(1);
    }

    @Test
    void nothingHasChanged() {
        fine("baseline", path, "-o", file("before.json"));
        Cli diff = fine("diff", path, "--baseline", file("before.json"), "--fail-if-grew");
        assertThat(diff.out()).startsWith("nothing has changed in ");
    }

    @Test
    void twoCopiesAreComparedAndSoIsARegionWithItself() {
        fine("snapshot", path, "-o", file("before.shm"));
        Block extra = region.allocate(64, LEAKING);
        fine("snapshot", path, "-o", file("after.shm"));
        extra.free();

        Map<String, Object> grown =
                fine("diff", file("before.shm"), file("after.shm"), "--json").json();
        assertThat(grown).containsEntry("bytes", 64L).containsEntry("sameRegion", true);
        Map<String, Object> shrunk =
                fine("diff", file("after.shm"), path, "--json").json();
        assertThat(shrunk).containsEntry("bytes", -64L).containsEntry("grew", 0L);
        assertThat(fine("diff", path, path, "--json").json()).containsEntry("sites", List.of());
    }

    @Test
    void everyVerbThatLooksTakesACopy() {
        fine("snapshot", path, "-o", file("copy.shm"));
        for (String verb : List.of("inspect", "blocks", "sites", "procs", "pools", "baseline")) {
            assertThat(fine(verb, file("copy.shm"), "--json").json()).containsKey("schema");
        }
        assertThat(fine("blocks", file("copy.shm"), "--json").json()).containsEntry("count", 100L);
    }

    @Test
    void samplesTellWhoGrewAllTheTime() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread worker = new Thread(() -> {
            while (!stop.get()) {
                work(1);
            }
        });
        worker.start();
        try {
            Map<String, Object> json = fine("diff", path, "--samples", "4", "--every", "400ms", "--json")
                    .json();
            assertThat(Cli.objects(json, "sites"))
                    .extracting(site -> Cli.object(site, "site").get("class"))
                    .containsExactly("com.acme.Leaking");
        } finally {
            stop.set(true);
            worker.join();
        }
    }

    @Test
    void aSnapshotSaysWhatItHas() {
        Map<String, Object> json =
                fine("snapshot", path, "-o", file("copy.shm"), "--json").json();
        assertThat(json).containsEntry("schema", "shm.snapshot/1").containsEntry("blocks", 100L);
        assertThat(fine("snapshot", path, "-o", file("copy.shm")).out()).contains("100 blocks in use, 10,000 bytes");
    }

    @Test
    void refusesWhatMakesNoSense() throws IOException {
        Files.writeString(folder.resolve("broken.json"), "{\"schema\":\"shm.baseline/1\",\"sites\":[{]}");
        Files.writeString(folder.resolve("other.json"), "{\"schema\":\"shm.sites/1\"}");
        Files.writeString(folder.resolve("deep.json"), "{\"a\":" + "[".repeat(100_000));
        refused("diff", path);
        refused("diff", path, path, "--samples", "3");
        refused("diff", path, "--samples", "1");
        refused("diff", path, "--samples", "2", "--every", "0s");
        refused("diff", path, "--baseline", file("broken.json"));
        refused("diff", path, "--baseline", file("other.json"));
        refused("diff", path, "--baseline", file("deep.json"));
        refused("snapshot", path);
        refused("snapshot", path, "-o", path);
        refused("snapshot", path, "-o", folder.toString());
        refused("snapshot", path, "-o", file("none/copy"));
        assertThat(Cli.run("diff", path, "--baseline", file("missing.json")).code())
                .isEqualTo(3);
    }

    private static void refused(String... args) {
        Cli cli = Cli.run(args);
        assertThat(cli.err()).startsWith("shm: ").doesNotContain("\tat ");
        assertThat(cli.code()).as(cli.err()).isEqualTo(2);
    }
}
