package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cli.render.StrictJson;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code shm trace} on a region that this JVM uses. */
@Timeout(120)
class TraceVerbTest extends OnARegion {
    private static final Site SEND = Site.of("com.acme.Send", "add", "Send.java", 41);

    private static Cli fine(String... args) {
        Cli cli = Cli.run(args);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return cli;
    }

    /** The region's process would follow within 100 ms; as it says the same, it does so at once. */
    private void switchOn() {
        fine("trace", path, "--on", "--entries", "64");
        region.startTrace(64);
    }

    @Test
    void theProcessesOfTheRegionFollow() {
        fine("trace", path, "--on", "--entries", "64");
        // What is done before they have is not in the trace.
        do {
            region.allocate(7).free();
        } while (Cli.objects(fine("trace", path, "--json").json(), "events").isEmpty());
    }

    @Test
    void whereThereIsNoneItSaysHowToStartOne() {
        assertThat(fine("trace", path).out()).isEqualTo("no trace: 'shm trace " + path + " --on' starts one\n");
        assertThat(fine("trace", path, "--off").out()).isEqualTo(path + " has no trace\n");
        assertThat(fine("trace", path, "--json").json())
                .containsEntry("schema", "shm.trace/1")
                .containsEntry("exists", false)
                .containsEntry("on", false);
    }

    @Test
    void showsEventsOfAnotherProcessSinceItWasSwitchedOn() {
        switchOn();
        Block block = region.allocate(64, Tag.of("packet"), SEND);
        long handle = block.handle();
        block.free(SEND);

        String out = fine("trace", path).out();
        assertThat(out)
                .containsPattern("allocated +0x[0-9a-f]+ +64 +packet +com.acme.Send.add\\(Send.java:41\\)")
                .containsPattern("freed +0x[0-9a-f]+ +64 +packet +com.acme.Send.add\\(Send.java:41\\)")
                .contains("the trace is on");

        Map<String, Object> json = fine("trace", path, "--json", "--limit", "2").json();
        List<Map<String, Object>> events = Cli.objects(json, "events");
        assertThat(events).hasSize(2);
        assertThat(events.get(0))
                .containsEntry("event", "allocated")
                .containsEntry("size", 64L)
                .containsEntry("handle", handle)
                .containsEntry("tag", "packet");
        assertThat(Cli.object(events.get(0), "process")).containsEntry("name", "order-gw");
        assertThat(Cli.object(events.get(1), "site")).containsEntry("line", 41L);

        assertThat(Cli.objects(
                        fine("trace", path, "--json", "--event", "freed", "--pid", "1")
                                .json(),
                        "events"))
                .isEmpty();
        assertThat(fine("trace", path, "--off").out()).startsWith(path + ": the trace is off");
        assertThat(fine("trace", path).out()).contains("the trace is off").contains("com.acme.Send");
    }

    @Test
    void tellsHowMuchWasWrittenOver() {
        switchOn();
        for (int i = 0; i < 100; i++) {
            region.allocate(64, SEND).free();
        }
        assertThat(fine("trace", path).out())
                .containsPattern("64 events, the trace is on, [0-9]+ before were written over");
    }

    @Test
    void followingItPrintsAnObjectALineUntilNobodyReads() {
        switchOn();
        region.allocate(64, SEND);
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        OutputStream closedAfterwards = new OutputStream() {
            private boolean enough;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (enough) {
                    throw new IOException("Broken pipe");
                }
                seen.write(bytes, offset, length);
                enough = seen.toString(StandardCharsets.UTF_8).contains("com.acme.Send");
                region.allocate(32).free();
            }
        };

        int code = Main.run(
                new String[] {"trace", path, "--follow", "--json", "--every", "5ms"},
                closedAfterwards,
                OutputStream.nullOutputStream(),
                io.shm.cli.command.Terminal.none());

        assertThat(code).isZero();
        assertThat(seen.toString(StandardCharsets.UTF_8).lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(StrictJson.object(line))
                        .containsEntry("schema", "shm.trace/1")
                        .containsKeys("event", "time", "offset", "process"));
    }

    @Test
    void looksWithoutChangingAnything() throws Exception {
        switchOn();
        fine("trace", path, "--off");
        region.close();
        byte[] before = Files.readAllBytes(Path.of(path));

        fine("trace", path);
        fine("trace", path, "--json");

        assertThat(Files.readAllBytes(Path.of(path))).isEqualTo(before);
    }

    @Test
    void refusesCopiesAndWhatMakesNoSense() throws IOException {
        Path copy = Files.copy(Path.of(path), folder.resolve("copy"));

        assertThat(Cli.run("trace", copy.toString(), "--on").code()).isEqualTo(5);
        assertThat(Cli.run("trace", copy.toString()).code()).isZero();
        assertThat(Cli.run("trace", path, "--on", "--off").code()).isEqualTo(2);
        assertThat(Cli.run("trace", path, "--on", "--entries", "0").code()).isEqualTo(2);
        assertThat(Cli.run("trace", path, "--on", "--entries", "1048576").code())
                .isEqualTo(6);
        assertThat(Cli.run("trace", path + "x").code()).isEqualTo(3);
    }
}
