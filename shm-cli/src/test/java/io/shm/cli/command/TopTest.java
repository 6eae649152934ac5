package io.shm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import io.shm.cli.Cli;
import io.shm.cli.OnARegion;
import io.shm.cli.render.Look;
import io.shm.cli.render.StrictJson;
import io.shm.cli.render.Text;
import io.shm.cli.render.TopSite;
import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.ledger.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The live view: what it makes of two looks, its frames, and a real terminal. */
@Timeout(120)
class TopTest extends OnARegion {
    private static final Site LEAKING = Site.of("com.acme.Leaking", "forget", "Leaking.java", 11);
    private static final Site BALANCED = Site.of("com.acme.Balanced", "pair", "Balanced.java", 7);
    private static final long SECOND = 1_000_000_000;

    /**
     * A look that has what was counted until now, and no more to come: the totals are carried over ten times a second,
     * those of sites and those of processes one after the other.
     */
    private Picture pictureWhenCounted(long allocations) {
        try (Inspector inspector = Inspector.open(path)) {
            while (true) {
                Picture picture = inspector.picture();
                long bySite = picture.sites().stream()
                        .mapToLong(row -> row.totals().allocations())
                        .sum();
                long byProcess = picture.processes().stream()
                        .mapToLong(row -> row.totals().allocations())
                        .sum();
                if (bySite == allocations && byProcess == allocations) {
                    return picture;
                }
                assertThat(Thread.interrupted()).as("its time is over").isFalse();
                Thread.onSpinWait();
            }
        }
    }

    private TopView twoSecondsOfWork() {
        TopView view = new TopView();
        region.allocate(1000, LEAKING);
        view.look(pictureWhenCounted(1), 0);
        for (int i = 0; i < 300; i++) {
            Block block = region.allocate(100, BALANCED);
            block.free();
        }
        for (int i = 0; i < 10; i++) {
            region.allocate(64, LEAKING);
        }
        view.look(pictureWhenCounted(311), 2 * SECOND);
        return view;
    }

    @Test
    void tellsRatesAndGrowthBetweenTwoLooks() {
        TopView view = twoSecondsOfWork();

        assertThat(view.allocations()).isEqualTo(155);
        assertThat(view.frees()).isEqualTo(150);
        assertThat(view.sites(TopOrder.alloc))
                .extracting(row -> row.site().className(), TopSite::allocations, TopSite::frees, TopSite::grown)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("com.acme.Balanced", 150.0, 150.0, 0L),
                        org.assertj.core.groups.Tuple.tuple("com.acme.Leaking", 5.0, 0.0, 640L));
        assertThat(view.sites(TopOrder.growth).get(0).site().className()).isEqualTo("com.acme.Leaking");
        assertThat(view.processes(TopOrder.bytes)).singleElement().satisfies(row -> {
            assertThat(row.process().name()).isEqualTo("order-gw");
            assertThat(row.grown()).isEqualTo(640);
            assertThat(row.allocations()).isEqualTo(155);
        });
    }

    @Test
    void growthIsSinceTheFirstLookAndChangeSinceTheLast() {
        TopView view = twoSecondsOfWork();
        region.allocate(36, LEAKING);
        view.look(pictureWhenCounted(312), 3 * SECOND);

        assertThat(view.sites(TopOrder.growth).get(0)).satisfies(row -> {
            assertThat(row.change()).isEqualTo(36);
            assertThat(row.grown()).isEqualTo(676);
            assertThat(row.allocations()).isEqualTo(1);
        });
    }

    @Test
    void aRegionMadeAnewUnderTheNameBeginsFromNothing() {
        TopView view = twoSecondsOfWork();
        region.close();
        Region.remove(path, true);
        makeRegion();
        region.allocate(5000, BALANCED);

        view.look(pictureWhenCounted(1), 3 * SECOND);

        assertThat(view.allocations()).isZero();
        assertThat(view.sites(TopOrder.bytes))
                .singleElement()
                .satisfies(row -> assertThat(row.grown()).isZero());
    }

    @Test
    void aFrameFitsAScreenOfAnySize() throws Exception {
        TopView view = twoSecondsOfWork();
        for (int rows : new int[] {1, 2, 5, 10, 24, 60}) {
            for (int columns : new int[] {20, 40, 60, 80, 200}) {
                Look look = new Look(true, false, false, () -> columns, Instant.now());
                List<String> lines = new TopFrame(view, look, TopOrder.bytes, rows, columns).lines("foot");
                if (rows >= 10) {
                    assertThat(lines).hasSize(rows).last().isEqualTo("foot");
                    assertThat(lines).anyMatch(line -> line.endsWith(".java:11)"));
                }
                if (columns >= 40) {
                    // Names of the region and of processes may be of any length, and are cut when they are drawn.
                    assertThat(lines.subList(1, lines.size()))
                            .allMatch(line -> Text.width(line) <= columns || line.endsWith("order-gw"));
                }
            }
        }
    }

    @Test
    void withoutATerminalItPrintsOneFrameAndEnds() {
        region.allocate(1000, LEAKING);

        Cli cli = Cli.run("top", path, "--every", "10ms");

        assertThat(cli.code()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out())
                .contains("1 block of 1,000 bytes")
                .contains("com.acme.Leaking.forget(Leaking.java:11)")
                .containsPattern("alive +1 +1,000 .*order-gw")
                .doesNotContain("\u001b");
    }

    @Test
    void jsonIsAnObjectALine() {
        region.allocate(1000, LEAKING);

        Cli cli = Cli.run("top", path, "--json", "--every", "10ms", "--frames", "3");

        assertThat(cli.code()).isZero();
        assertThat(cli.out().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(StrictJson.object(line))
                        .containsEntry("schema", "shm.top/1")
                        .containsEntry("live", 1000L)
                        .containsKeys("time", "allocationsPerSecond", "freesPerSecond", "processes", "sites"));
    }

    @Test
    void saysWhatIsWrongWithTheCommandLine() {
        assertThat(Cli.run("top", path, "--every", "0s").code()).isEqualTo(2);
        assertThat(Cli.run("top", path, "--frames", "0").code()).isEqualTo(2);
        assertThat(Cli.run("top", path, "--sort", "colour").code()).isEqualTo(2);
        assertThat(Cli.run("top", path + "x").code()).isEqualTo(3);
    }

    // ---------------------------------------------------------------- a real terminal

    private static final String ENTERED = "\u001b[?1049h";
    private static final String LEFT = "\u001b[?25h\u001b[?1049l";

    /** The program in a terminal of its own, and all that it has written so far. */
    private record Terminal(Process script, StringBuilder seen, BufferedReader reader) {
        static Terminal start(String region) throws IOException {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) here");
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            // Ctrl-C is for the whole group: a plain shell would end with it and tell nothing.
            String top = "trap : INT; '" + java + "' -Xlog:disable -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                    + System.getProperty("java.class.path") + "' io.shm.cli.Main top '" + region
                    + "' --every 100ms --color never; echo ended $?; stty -a";
            ProcessBuilder builder =
                    new ProcessBuilder("/usr/bin/script", "-qec", top, "/dev/null").redirectErrorStream(true);
            builder.environment().put("SHELL", "/bin/sh");
            Process script = builder.start();
            return new Terminal(
                    script,
                    new StringBuilder(),
                    new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8)));
        }

        void await(String text) throws IOException {
            while (seen.indexOf(text) < 0) {
                int c = reader.read();
                if (c < 0) {
                    throw new AssertionError("ended without '" + text + "': " + seen);
                }
                seen.append((char) c);
            }
        }

        void press(String keys) throws IOException {
            OutputStream input = script.getOutputStream();
            input.write(keys.getBytes(StandardCharsets.US_ASCII));
            input.flush();
        }

        /** Everything, once it has ended. */
        String end(String expected) throws IOException, InterruptedException {
            await("ended ");
            await("echoke");
            script.getOutputStream().close();
            script.getInputStream().close();
            assertThat(script.waitFor(60, TimeUnit.SECONDS)).isTrue();
            String all = seen.toString();
            assertThat(all).contains("ended " + expected);
            // The screen that was there before, with its cursor, and a terminal that echoes lines.
            assertThat(all.lastIndexOf(LEFT)).isGreaterThan(all.indexOf(ENTERED));
            assertThat(all.substring(all.indexOf("ended ")))
                    .contains(" icanon")
                    .contains(" echo ")
                    .contains("susp = ^Z");
            return all;
        }

        void stop() {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
    }

    @Test
    void inATerminalItDrawsUntilQIsPressed() throws Exception {
        region.allocate(1000, LEAKING);
        Terminal terminal = Terminal.start(path);
        try {
            terminal.await(ENTERED);
            terminal.await("by bytes");
            terminal.press("g");
            terminal.await("by growth");
            terminal.press("p");
            terminal.await("paused");
            terminal.press("q");
            terminal.end("0");
        } finally {
            terminal.stop();
        }
    }

    @Test
    void ctrlCAndARegionThatIsRemovedGiveTheTerminalBackAsItWas() throws Exception {
        for (boolean removed : new boolean[] {false, true}) {
            Terminal terminal = Terminal.start(path);
            try {
                terminal.await("by bytes");
                if (removed) {
                    Region.remove(path, true);
                    assertThat(terminal.end("3")).contains("shm: no region").contains("does not exist");
                } else {
                    terminal.press("\u0003");
                    terminal.end("130");
                }
            } finally {
                terminal.stop();
            }
        }
    }

    @Test
    void theSmallestScreenIsNoError() throws Exception {
        List<String> frames = new ArrayList<>();
        TopView view = twoSecondsOfWork();
        for (int columns = 1; columns < 30; columns++) {
            int width = columns;
            Look look = new Look(true, false, true, () -> width, Instant.now());
            frames.addAll(new TopFrame(view, look, TopOrder.bytes, 3, columns).lines("foot"));
        }
        assertThat(frames).isNotEmpty();
    }
}
