package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cli.command.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that make and remove. */
class ChangingTest {
    @TempDir
    Path folder;

    private String path() {
        return folder.resolve("orders").toString();
    }

    private Cli create(String... more) {
        String[] args = new String[4 + more.length];
        args[0] = "create";
        args[1] = path();
        args[2] = "--size";
        args[3] = "8M";
        System.arraycopy(more, 0, args, 4, more.length);
        return Cli.run(args);
    }

    private static Terminal answering(boolean yes) {
        return new Terminal(true, true) {
            @Override
            public boolean confirm(String question) {
                assertThat(question).startsWith("Remove ").endsWith("?");
                return yes;
            }

            @Override
            public int[] size() {
                return new int[] {24, 80};
            }
        };
    }

    @Test
    void createMakesWhatWasAskedFor() {
        Cli made = create("--pool", "packet:64x1000", "--pool", "1kx20", "--budget", "report:1M", "--mode", "640");

        assertThat(made.err()).isEmpty();
        assertThat(made.code()).isZero();
        assertThat(made.out()).isEqualTo("created " + path() + ": named, 8 MiB, mode 0640\n");
        Map<String, Object> json = Cli.run("inspect", "--json", path()).json();
        assertThat(json).containsEntry("mode", "0640").containsEntry("policy", "free");
        assertThat(Cli.objects(json, "pools"))
                .extracting(pool -> pool.get("tag") + " " + pool.get("blockSize") + "x" + pool.get("capacity"))
                .containsExactly("packet 64x1000", " 1024x20");
        assertThat(Cli.objects(json, "tags"))
                .anySatisfy(
                        tag -> assertThat(tag).containsEntry("tag", "report").containsEntry("budget", 1L << 20));
    }

    @Test
    void createTakesPolicyAndWhatHappensWhenAPoolIsEmpty() {
        assertThat(create("--policy", "keep", "--pool", "64x10", "--when-empty", "refuse", "-q"))
                .isEqualTo(new Cli(0, "", ""));
        Map<String, Object> json = Cli.run("inspect", "--json", path()).json();

        assertThat(json).containsEntry("policy", "keep");
        assertThat(Cli.objects(json, "pools").get(0)).containsEntry("whenEmpty", "refuse");
    }

    @Test
    void createInJsonTellsWhatItMade() {
        assertThat(create("--json").json())
                .containsEntry("schema", "shm.create/1")
                .containsEntry("path", path())
                .containsEntry("size", 8L << 20)
                .containsEntry("mapped", 8L << 20)
                .containsEntry("kind", "named");
    }

    @Test
    void aSecondOneOfTheNameIsCode5() {
        create();

        assertThat(create().code()).isEqualTo(5);
    }

    @Test
    void tooSmallASizeSaysTheSmallest() {
        Cli cli = Cli.run("create", path(), "--size", "1");

        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).containsPattern("at least [0-9,]+ bytes");
        assertThat(Files.exists(folder.resolve("orders"))).isFalse();
    }

    @Test
    void rmDoesNothingUnconfirmed() {
        create();

        Cli cli = Cli.run("rm", path());
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).startsWith("shm: unconfirmed: nothing removed").contains("--yes");
        cli = Cli.run(answering(false), "rm", path());
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).startsWith("shm: unconfirmed: nothing removed");
        assertThat(Files.exists(Path.of(path()))).isTrue();
    }

    @Test
    void rmRemovesTheRegionAndItsLock() throws IOException {
        create();
        Cli cli = Cli.run("rm", path(), "--yes");

        assertThat(cli)
                .isEqualTo(new Cli(0, "removed " + path() + ": 8 MiB, no blocks in use, no process attached\n", ""));
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        assertThat(Cli.run("rm", path(), "--yes").code()).isEqualTo(3);
    }

    @Test
    void aYesOnTheTerminalIsEnough() {
        create();

        assertThat(Cli.run(answering(true), "rm", path()).code()).isZero();
        assertThat(Files.exists(Path.of(path()))).isFalse();
    }

    @Test
    void aDryRunShowsThePlanAndDoesNothing() {
        create();
        Cli plan = Cli.run("rm", path(), "--dry-run");
        Cli json = Cli.run("rm", path(), "--dry-run", "--json");

        assertThat(plan.out()).startsWith("would remove " + path());
        assertThat(json.json()).containsEntry("removed", false).containsEntry("bytes", 8L << 20);
        assertThat(Cli.run("rm", path(), "--yes").out()).isEqualTo(plan.out().replace("would remove", "removed"));
    }

    @Test
    void aRegionInUseStaysAndSaysWhoUsesIt() {
        String busy = "has 1 live process (" + ProcessHandle.current().pid()
                + " order-gw). Nothing removed. --force removes the name only";
        try (Region region =
                Region.create(RegionOptions.named(path()).size(8 << 20).processName("order-gw"))) {
            for (String how : new String[] {"--yes", "--dry-run"}) {
                Cli cli = Cli.run("rm", path(), how);
                assertThat(cli.code()).isEqualTo(5);
                assertThat(cli.err()).contains(busy);
            }
            assertThat(Cli.run("rm", path(), "--yes", "--force").code()).isZero();
            region.allocate(10).free();
        }
        assertThat(Files.exists(Path.of(path()))).isFalse();
    }

    @Test
    void aDamagedRegionCanBeRemoved() throws IOException {
        create();
        try (FileChannel file = FileChannel.open(Path.of(path()), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[4096]), 0);
        }
        assertThat(Cli.run("inspect", path()).code()).isEqualTo(3);

        assertThat(Cli.run("rm", path(), "--dry-run").out()).contains(" (a segment without a ledger)");
        assertThat(Cli.run("rm", path(), "--yes").code()).isZero();
        assertThat(Files.exists(Path.of(path()))).isFalse();
    }

    @Test
    void aFileThatIsNotOursStays() throws IOException {
        Files.writeString(Path.of(path()), "somebody's diary");

        for (String how : new String[] {"--yes", "--dry-run", "--force"}) {
            Cli cli = Cli.run("rm", path(), "--yes", how.equals("--yes") ? "-q" : how);
            assertThat(cli.code()).isEqualTo(3);
            assertThat(cli.err()).contains("is not a shm region");
        }
        assertThat(Files.exists(Path.of(path()))).isTrue();
    }

    @Test
    void aCopyIsNotOursToRemove() throws IOException {
        create();
        Path copy = Files.copy(Path.of(path()), folder.resolve("copy"));
        Cli cli = Cli.run("rm", copy.toString(), "--yes");

        assertThat(cli.code()).isEqualTo(5);
        assertThat(cli.err()).contains("is a copy");
        assertThat(Files.exists(copy)).isTrue();
    }
}
