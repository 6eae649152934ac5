package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.Scope;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeaksTest extends OnARegion {
    private static final Site SEND = Site.of("com.acme.Send", "add", "Send.java", 41);
    private static final Site CACHE = Site.of("com.acme.Cache", "put it", "Cache.java", 7);
    private static final Tag PACKET = Tag.of("packet");

    private void leak(String scope, int blocks, Site site) {
        try (Scope client = region.scope(scope)) {
            for (int i = 0; i < blocks; i++) {
                client.allocate(128, PACKET, site);
            }
        }
    }

    private Cli leaks(int code, String... more) {
        String[] args = new String[2 + more.length];
        args[0] = "leaks";
        args[1] = path;
        System.arraycopy(more, 0, args, 2, more.length);
        Cli cli = Cli.run(args);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isEqualTo(code);
        return cli;
    }

    @Test
    void saysWhatWhoseAndWhere() {
        leak("client-42", 7, SEND);
        Cli cli = leaks(1);
        assertThat(cli.out()).contains("KIND", "BLOCKS", "BYTES", "AGE", "OWNER", "TAG", "SITE");
        assertThat(cli.out())
                .containsPattern("scope +7 +896 .* packet +com.acme.Send.add\\(Send.java:41\\) +scope client-42");
        assertThat(cli.out()).endsWith("7 blocks, 896 bytes in 1 group\n");

        Map<String, Object> json = leaks(1, "--json").json();
        assertThat(json)
                .containsEntry("schema", "shm.leaks/1")
                .containsEntry("blocks", 7L)
                .containsEntry("bytes", 896L);
        Map<String, Object> leak = Cli.objects(json, "leaks").get(0);
        assertThat(leak)
                .containsEntry("kind", "scope")
                .containsEntry("blocks", 7L)
                .containsEntry("bytes", 896L)
                .containsEntry("tag", "packet")
                .containsEntry("scope", "client-42");
        assertThat(Cli.object(leak, "site"))
                .containsEntry("class", "com.acme.Send")
                .containsEntry("method", "add")
                .containsEntry("file", "Send.java")
                .containsEntry("line", 41L);
        assertThat(Cli.object(leak, "owner"))
                .containsEntry("pid", ProcessHandle.current().pid())
                .containsEntry("state", "alive")
                .containsEntry("name", "order-gw");
        assertThat((List<?>) leak.get("offsets")).hasSize(7);
    }

    @Test
    void whatALivingProcessHasIsNone() {
        region.allocate(64, PACKET, SEND);
        assertThat(leaks(0).out()).isEqualTo("no leaks in 1 block\n");
        assertThat(leaks(0, "--json").json()).containsEntry("leaks", List.of()).containsEntry("inUse", 1L);
    }

    @Test
    void writtenSuppressionsLeaveOutAllThatWasReportedAndNothingElse() throws IOException {
        leak("client-1", 2, SEND);
        leak("client-2", 1, CACHE);
        String known = folder.resolve("known.txt").toString();
        leaks(1, "--write-suppressions", known);
        assertThat(leaks(0, "--suppressions", known).out())
                .isEqualTo("no leaks in 3 blocks; suppressed 3 blocks, 384 bytes\n");
        leak("client-3", 1, Site.of("com.acme.Sendx", "add", "Send.java", 41));
        Map<String, Object> json = leaks(1, "--suppressions", known, "--json").json();
        assertThat(json).containsEntry("blocks", 1L);
        assertThat(Cli.objects(json, "suppressed")).hasSize(2);
    }

    @Test
    void rulesAreExpressionsOfTheWholeText() throws IOException {
        leak("client-1", 2, SEND);
        leak("client-2", 1, CACHE);
        Path rules = folder.resolve("rules.txt");
        Files.writeString(rules, """
                # known since the release

                kind=scope class=com\\.acme\\..* method="put it" scope="client-\\d+"
                """);
        assertThat(leaks(1, "--suppressions", rules.toString(), "--json").json())
                .containsEntry("blocks", 2L);
        Files.writeString(rules, "class=acme tag=\"\"\n");
        assertThat(leaks(1, "--suppressions", rules.toString(), "--json").json())
                .containsEntry("blocks", 3L);
    }

    @Test
    void aRuleThatIsNoneIsRefusedWithItsLine() throws IOException {
        Path rules = folder.resolve("rules.txt");
        for (String rule : List.of("kind=wrong", "klass=x", "class=(", "class=\"x", "nonsense")) {
            Files.writeString(rules, "# first\n" + rule + "\n");
            Cli cli = Cli.run("leaks", path, "--suppressions", rules.toString());
            assertThat(cli.code()).as(rule).isEqualTo(2);
            assertThat(cli.err()).as(rule).contains("rules.txt, line 2: ");
        }
        assertThat(Cli.run(
                                "leaks",
                                path,
                                "--suppressions",
                                folder.resolve("none").toString())
                        .code())
                .isEqualTo(3);
    }

    @Test
    void onlyWhatIsOldEnoughAndCameAfterTheBaseline() throws IOException, InterruptedException {
        leak("before", 1, SEND);
        awaitTick();
        String baseline = folder.resolve("baseline.json").toString();
        assertThat(Cli.run("baseline", path, "-o", baseline).code()).isZero();
        awaitTick();
        leak("after", 2, SEND);
        assertThat(leaks(1, "--baseline", baseline, "--json").json()).containsEntry("blocks", 2L);
        assertThat(leaks(1, "--json").json()).containsEntry("blocks", 3L);
        assertThat(leaks(0, "--older-than", "1h", "--json").json()).containsEntry("blocks", 0L);
        assertThat(Cli.run("leaks", path, "--baseline", path).code()).isEqualTo(2);
    }

    /** Until records have a later time than all that there are. */
    private void awaitTick() throws InterruptedException {
        Block first = region.allocate(16, CACHE);
        while (true) {
            Block next = region.allocate(16, CACHE);
            String since = Cli.objects(Cli.run("blocks", path, "--json").json(), "blocks").stream()
                    .filter(row -> row.get("handle").equals(first.handle()))
                    .map(row -> row.get("since").toString())
                    .findFirst()
                    .orElseThrow();
            String later = Cli.objects(Cli.run("blocks", path, "--json").json(), "blocks").stream()
                    .filter(row -> row.get("handle").equals(next.handle()))
                    .map(row -> row.get("since").toString())
                    .findFirst()
                    .orElseThrow();
            next.free();
            if (!since.equals(later)) {
                first.free();
                return;
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void oldBlocksThatAreNoLeakAreToldUnlessTheyArePinned() throws InterruptedException {
        region.allocate(64, PACKET, SEND);
        region.allocate(BlockSpec.of(64).site(CACHE).pinned());
        awaitTick();
        Map<String, Object> json = leaks(0, "--older-than", "0s", "--json").json();
        assertThat(Cli.objects(json, "stuck")).hasSize(1);
        assertThat(Cli.objects(json, "stuck").get(0))
                .containsEntry("state", "live")
                .containsEntry("blocks", 1L);
        assertThat(leaks(0, "--older-than", "0s").out()).contains("old, and no leak", "com.acme.Send.add");
    }

    @Test
    void aLineThatNeverFreesIsFlaggedAndABalancedOneIsNot() {
        // Totals are told once they have been carried into the region; at the latest when it is left.
        try (Region other =
                Region.createOrAttach(RegionOptions.named(folder.resolve("kept").toString())
                        .size(8 << 20)
                        .policy(RegionOptions.Policy.KEEP))) {
            for (int i = 0; i < 150; i++) {
                other.allocate(16, SEND);
                other.allocate(16, CACHE).free();
            }
        }
        Map<String, Object> json =
                Cli.run("leaks", folder.resolve("kept").toString(), "--json").json();
        Region.remove(folder.resolve("kept").toString(), true);
        assertThat(Cli.objects(json, "neverFreed")).hasSize(1);
        assertThat(Cli.object(Cli.objects(json, "neverFreed").get(0), "site")).containsEntry("class", "com.acme.Send");
        assertThat(json).containsEntry("blocks", 150L);
        assertThat(Cli.objects(json, "leaks").get(0)).containsEntry("kind", "definite");
    }
}
