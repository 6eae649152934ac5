package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.Region;
import io.shm.cli.render.StrictJson;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as users start it: its jar, in processes of its own. */
@Timeout(120)
class CliIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path folder;

    private static Process start(String... args) throws IOException {
        // As scripts/shm starts it: without the property Java 25 says on stderr what it thinks of Unsafe.
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-Xlog:disable",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dsun.misc.unsafe.memory.access=allow",
                "-jar",
                System.getProperty("shm.jar")));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }

    private static Cli run(String... args) throws IOException, InterruptedException {
        Process process = start(args);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Cli(process.exitValue(), out, err);
    }

    private static Set<String> sharedMemory() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            Set<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("shm-demo") || name.contains("sysv-private"))
                    .forEach(names::add);
            return names;
        }
    }

    @Test
    void aRegionIsMadeLookedAtAndRemoved() throws Exception {
        String region = folder.resolve("orders").toString();

        assertThat(run("create", region, "--size", "8M", "--pool", "packet:64x100")
                        .code())
                .isZero();
        Cli inspected = run("inspect", "--json", region);
        assertThat(inspected.json()).containsEntry("mapped", 8L << 20);
        assertThat(inspected.out()).containsPattern("\"creator\":\\{\"pid\":\\d+,\"state\":\"left\"");
        assertThat(run("ls", "--dir", folder.toString()).out()).contains("orders");
        assertThat(run("ls", "--orphans", "--dir", folder.toString()).code()).isEqualTo(1);
        assertThat(run("rm", region).code()).isEqualTo(2);
        assertThat(run("rm", region, "--yes").code()).isZero();
        assertThat(run("inspect", region).code()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"named", "anonymous", "zero", "sysv"})
    void theAlphabetHas26LinesAndLeavesNothing(String kind) throws Exception {
        Set<String> before = sharedMemory();
        Cli cli = run("demo", "alphabet", "--kind", kind);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        List<String> lines = cli.out().lines().toList();
        assertThat(lines).hasSize(26);
        for (int i = 0; i < 26; i++) {
            assertThat(lines.get(i)).isEqualTo("parent: " + "abcdefghijklmnopqrstuvwxyz".substring(0, i + 1));
        }
        assertThat(sharedMemory()).isEqualTo(before);
    }

    @Test
    void theAlphabetInJsonIsOneObject() throws Exception {
        Map<String, Object> json = run("demo", "alphabet", "--json").json();

        assertThat(json).containsEntry("schema", "shm.demo/1").containsEntry("kind", "named");
        assertThat((List<?>) json.get("parent")).hasSize(26).last().isEqualTo("abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void theCrashDemoLosesNothingAndLeavesNothing() throws Exception {
        Set<String> before = sharedMemory();
        Cli text = run("demo", "crash");

        assertThat(text.err()).isEmpty();
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains("--- before", "--- kill -9 ", " feed goes on: ", " archive goes on: ", "--- after")
                .containsPattern("orphaned +\\d+! +packet +.*receive")
                .containsPattern("--- released 4[89] orphans, 0 left");

        Map<String, Object> json = run("demo", "crash", "--json").json();
        assertThat(json).containsEntry("schema", "shm.demo/1").containsEntry("demo", "crash");
        Object victim = Cli.object(json, "killed").get("pid");
        // What it was working on when it died may be one more.
        assertThat((Long) json.get("count")).isBetween(48L, 49L);
        assertThat(Cli.objects(json, "blocks")).allSatisfy(block -> {
            assertThat(block).containsEntry("state", "orphan");
            assertThat(Cli.object(block, "changedBy"))
                    .containsEntry("pid", victim)
                    .containsEntry("name", "risk");
        });
        assertThat(Cli.objects(Cli.object(json, "before"), "processes")).hasSize(4);
        assertThat(Cli.objects(Cli.object(json, "after"), "processes")).hasSize(3);
        assertThat(json).containsEntry("released", json.get("count")).containsEntry("left", 0L);
        assertThat(sharedMemory()).isEqualTo(before);
    }

    @Test
    void theLeakIsOneOf30Bytes() throws Exception {
        Set<String> before = sharedMemory();
        Cli cli = run("demo", "leak");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.out())
                .contains("MistakeProgram.fourBlocks(MistakeProgram.java:")
                .endsWith("1 leak, 30 bytes; no faults\n");

        Map<String, Object> json = run("demo", "leak", "--json").json();
        assertThat(json)
                .containsEntry("demo", "leak")
                .containsEntry("blocks", 1L)
                .containsEntry("bytes", 30L);
        assertThat(Cli.objects(json, "leaks")).hasSize(1);
        assertThat(Cli.objects(json, "faults")).isEmpty();
        assertThat(sharedMemory()).isEqualTo(before);
    }

    @Test
    void aKeptCrashIsThereToBeSettledByHand() throws Exception {
        String region = folder.resolve("kept").toString();
        assertThat(run("demo", "crash", "--keep", region, "-q").code()).isZero();
        Cli orphans = run("blocks", region, "--state", "orphan", "--json");
        long count = (Long) orphans.json().get("count");
        assertThat(count).isBetween(48L, 49L);
        long offset = (Long) Cli.objects(orphans.json(), "blocks").get(0).get("offset");

        assertThat(run("release", region, Long.toString(offset)).code()).isEqualTo(2);
        assertThat(run("release", region, Long.toString(offset), "--yes").code())
                .isZero();
        assertThat(run("blocks", region, "--state", "orphan", "--json").json()).containsEntry("count", count - 1);
        assertThat(run("reap", region, "--yes").out()).isEqualTo(region + ": nobody to reap\n");
        assertThat(run("rm", region, "--yes").code()).isZero();
    }

    @Test
    void theDoubleFreeIsOneOf40BytesBesideTheLeak() throws Exception {
        String kept = folder.resolve("kept").toString();
        Cli cli = run("demo", "double-free", "--keep", kept);
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.out()).contains("double-free  40 bytes at 0x").endsWith("1 leak, 30 bytes; 1 fault\n");

        Cli faults = run("faults", kept, "--json");
        assertThat(faults.code()).isEqualTo(1);
        Map<String, Object> fault = Cli.objects(faults.json(), "faults").get(0);
        assertThat(fault)
                .containsEntry("kind", "double-free")
                .containsEntry("count", 1L)
                .containsEntry("size", 40L);
        Map<String, Object> leaks = run("leaks", kept, "--json").json();
        assertThat(leaks).containsEntry("blocks", 1L).containsEntry("bytes", 30L);
        assertThat(run("rm", kept, "--yes").code()).isZero();
    }

    @Test
    void theOverrunIsFoundWithItsByte() throws Exception {
        Map<String, Object> json = run("demo", "overrun", "--json").json();
        assertThat(json).containsEntry("blocks", 0L);
        assertThat(Cli.objects(json, "faults")).singleElement().satisfies(fault -> {
            assertThat(fault).containsEntry("kind", "overrun").containsEntry("size", 40L);
            assertThat((String) Cli.object(fault, "found").get("hex")).startsWith("78");
        });
    }

    @Test
    void faultsAreFollowedAsTheyCome() throws Exception {
        String region = folder.resolve("orders").toString();
        run("create", region, "--size", "8M");
        Process process = start("faults", region, "--follow", "--every", "20ms", "--json");
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(Cli.objects(StrictJson.object(lines.readLine()), "faults")).isEmpty();
        try (Region attached = Region.attach(region)) {
            Block block = attached.allocate(40);
            block.free();
            assertThatThrownBy(() -> block.free()).isInstanceOf(StaleHandleException.class);
            assertThat(Cli.objects(StrictJson.object(lines.readLine()), "faults"))
                    .singleElement()
                    .satisfies(fault -> assertThat(fault).containsEntry("kind", "double-free"));
        }
        run("rm", region, "--yes");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
    }

    @Test
    void aReaderThatGoesAwayIsNoError() throws Exception {
        Process process = start("ls", "--watch=10ms", "--json", "--dir", folder.toString());
        byte[] start = process.getInputStream().readNBytes(20);
        process.getInputStream().close();

        assertThat(new String(start, StandardCharsets.US_ASCII)).startsWith("{\"schema\":\"shm.ls/1\"");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
    }

    @Test
    void watchingEndsWithTheRegion() throws Exception {
        String region = folder.resolve("orders").toString();
        run("create", region, "--size", "8M");
        Process process = start("inspect", region, "--watch=20ms", "--json");
        byte[] start = process.getInputStream().readNBytes(1);
        run("rm", region, "--yes");

        String out = new String(start, StandardCharsets.UTF_8)
                + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        List<String> lines = out.lines().toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            assertThat(StrictJson.object(line)).containsEntry("schema", "shm.inspect/1");
        }
        assertThat(StrictJson.object(lines.get(lines.size() - 1))).containsEntry("code", "not-found");
    }

    @Test
    void theBenchmarkMeasuresEveryAllocator() throws Exception {
        Cli cli = run("bench", "alloc", "--seconds", "1", "--json");

        assertThat(cli.err()).isEmpty();
        List<Map<String, Object>> results = Cli.objects(cli.json(), "results");
        assertThat(results).hasSize(24);
        assertThat(results).extracting(result -> result.get("allocator")).contains("shm", "unsafe");
        assertThat(results)
                .allSatisfy(
                        result -> assertThat((Double) Cli.object(result, "ns").get("median"))
                                .isPositive());
    }

    @Test
    void theBenchmarkOfMessagesMeasuresEveryTransportAndLeavesNothing() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "two processes that spin need two processors");
        Cli cli = run("bench", "ipc", "--seconds", "1", "--json");

        assertThat(cli.err()).isEmpty();
        List<Map<String, Object>> results = Cli.objects(cli.json(), "results");
        assertThat(results)
                .extracting(result ->
                        result.get("workload") + " of " + result.get("size") + " B, " + result.get("transport"))
                .containsExactly(
                        "round trip of 8 B, cache line",
                        "round trip of 64 B, bare ring",
                        "round trip of 64 B, shm inline",
                        "round trip of 64 B, shm one to one",
                        "round trip of 64 B, shm block",
                        "round trip of 64 B, shm request",
                        "round trip of 64 B, shm broadcast",
                        "round trip of 64 B, unix socket",
                        "round trip of 64 B, pipe",
                        "one way of 64 B, bare ring",
                        "one way of 64 B, shm inline",
                        "one way of 64 B, shm one to one",
                        "one way of 64 B, shm block",
                        "one way of 64 B, shm broadcast",
                        "one way of 64 B, unix socket",
                        "one way of 64 B, pipe",
                        "one way of 4194304 B, bare ring",
                        "one way of 4194304 B, shm block",
                        "one way of 4194304 B, shm broadcast",
                        "one way of 4194304 B, unix socket",
                        "one way of 4194304 B, pipe");
        assertThat(results)
                .allSatisfy(
                        result -> assertThat((Double) Cli.object(result, "ns").get("median"))
                                .isPositive());
        try (Stream<Path> left = Files.list(Path.of("/dev/shm"))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("shm-bench-"));
        }
    }

    @Test
    void theDoctorFindsThisMachineFit() throws Exception {
        Cli cli = run("doctor", "--json", "--dir", folder.toString());

        assertThat(cli.json()).containsEntry("fit", true);
        assertThat(cli.code()).isZero();
    }
}
