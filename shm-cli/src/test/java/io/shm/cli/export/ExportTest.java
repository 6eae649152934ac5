package io.shm.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cell.Slot;
import io.shm.cli.Cli;
import io.shm.cli.OnARegion;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTest extends OnARegion {
    private static final Site ADD = Site.of("com.acme.Send", "add", "Send.java", 41);
    private static final Site HOSTILE =
            Site.of("=x\u0085y \u202e;\"<script>,", "[0xdeadbeef]\n\u0000\ud800", "a b\t\r\n@ c + 0x1 0x2", 7);
    private static final Tag PACKET = Tag.of("packet");
    private static final Tag HOSTILE_TAG = Tag.of("=\"\\\n;<b>{},\ud800");

    @Override
    protected RegionOptions options(RegionOptions usual) {
        return usual.size(4 << 20).policy(RegionOptions.Policy.KEEP);
    }

    /** Allocates 10, 20, 30 and 40 bytes and frees all but the third. */
    private Block fourAndThreeFreed() {
        List<Block> blocks = new ArrayList<>();
        for (int size = 10; size <= 40; size += 10) {
            blocks.add(region.allocate(size, PACKET, ADD));
        }
        blocks.get(0).free();
        blocks.get(1).free();
        blocks.get(3).free();
        return blocks.get(2);
    }

    private void hostile() {
        region.allocate(99, HOSTILE_TAG, HOSTILE);
    }

    private Cli export(String format, String... more) {
        List<String> args = new ArrayList<>(List.of("export", path, "--format", format));
        args.addAll(List.of(more));
        return Cli.run(args.toArray(String[]::new));
    }

    private String text(String format, String... more) {
        Cli cli = export(format, more);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return cli.out();
    }

    private Path file(String format) {
        Path file = folder.resolve("out." + format);
        Cli cli = export(format, "-o", file.toString());
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return file;
    }

    // ---------------------------------------------------------------- mtrace

    /** Runs the C library's script. */
    private Cli mtrace(Path trace) throws IOException, InterruptedException {
        Path script = Stream.of(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place, "mtrace"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(script != null, "no mtrace here: it is in Debian's libc-devtools");
        Process process = new ProcessBuilder(script.toString(), trace.toString()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Cli(process.waitFor(), out, err);
    }

    @Test
    void aTraceHasWhatWasNotFreed() {
        Block block = fourAndThreeFreed();
        assertThat(MtraceReading.of(text("mtrace")).notFreed())
                .isEqualTo(Map.of(block.offset(), new MtraceReading.Allocated("com.acme.Send.add(Send.java:41)", 30)));
    }

    @Test
    void theScriptOfTheCLibraryFindsIt() throws Exception {
        Block block = fourAndThreeFreed();
        Cli script = mtrace(file("mtrace"));
        assertThat(script.code()).isEqualTo(1);
        assertThat(script.out())
                .contains("Memory not freed:")
                .containsPattern("0x0*" + Long.toHexString(block.offset())
                        + " +0x1e  at com\\.acme\\.Send\\.add\\(Send\\.java:41\\)");

        block.free();
        Cli clean = mtrace(file("mtrace"));
        assertThat(clean).isEqualTo(new Cli(0, "No memory leaks.\n", ""));
    }

    @Test
    void whereTheRegionIsTracedItHasWhatWasFreedAsWell() throws Exception {
        Block before = region.allocate(50, ADD);
        region.startTrace(64);
        before.free();
        Block block = fourAndThreeFreed();
        block.resize(28);
        assertThat(text("mtrace").lines().map(line -> line.replaceFirst("0x[0-9a-f]+", "P")))
                .containsExactly(
                        "= Start",
                        "@ com.acme.Send.add(Send.java:41) + P 0xa",
                        "@ com.acme.Send.add(Send.java:41) + P 0x14",
                        "@ com.acme.Send.add(Send.java:41) + P 0x28",
                        "@ (unknown) - P",
                        "@ (unknown) - P",
                        "@ (unknown) - P",
                        "@ com.acme.Send.add(Send.java:41) + P 0x1c",
                        "= End");
        block.resize(30);
        Path file = folder.resolve("trace");
        assertThat(export("mtrace", "-o", file.toString()).out())
                .isEqualTo(file + ": 1 block, 30 bytes, 3 freed of " + path + " as mtrace\n");
        Cli script = mtrace(file);
        assertThat(script.code()).isEqualTo(1);
        assertThat(script.out())
                .contains("Memory not freed:")
                .containsPattern("0x0*" + Long.toHexString(block.offset())
                        + " +0x1e  at com\\.acme\\.Send\\.add\\(Send\\.java:41\\)")
                .doesNotContain("never alloc'd")
                .doesNotContain("duplicate");

        block.free();
        assertThat(mtrace(file("mtrace"))).isEqualTo(new Cli(0, "No memory leaks.\n", ""));
        assertThat(text("mtrace", "--min-size", "20").lines()).hasSize(2 + 2 * 3);
        assertThat(text("mtrace", "--state", "live").lines()).hasSize(2);
        assertThat(text("mtrace", "--tag", "").lines()).hasSize(2);
    }

    @Test
    void anEndWhoseBeginningIsBeforeTheTraceFreesNoLaterBlockOfItsPlace() {
        Slot mail = region.root("mail");
        mail.publish(region.allocate(50, ADD));
        Block before = mail.take();
        mail.publish(region.allocate(1000, ADD));
        region.startTrace(64);
        // Freed there, allocated; in the other place taken, freed, allocated, freed, allocated.
        before.free();
        Block first = region.allocate(51, ADD);
        before = mail.take();
        before.free();
        Block second = region.allocate(1001, ADD);
        second.free();
        Block third = region.allocate(1002, ADD);
        assertThat(List.of(second.offset(), third.offset())).containsOnly(before.offset());
        String trace = text("mtrace");
        assertThat(trace.lines().filter(line -> line.contains(" - "))).hasSize(1);
        assertThat(MtraceReading.of(trace).notFreed().keySet())
                .containsExactlyInAnyOrder(first.offset(), third.offset());
        assertThat(MtraceReading.of(trace).notFreed().get(third.offset()).size())
                .isEqualTo(1002);
        assertThat(export("mtrace", "-o", folder.resolve("trace").toString()).out())
                .contains(": 2 blocks, ")
                .contains(", 1 freed of ");
    }

    @Test
    void aTraceOfThreadsThatFreeWhatOthersAllocatedIsInOrder() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ExportTest seed " + seed);
        for (int entries : new int[] {1 << 11, 16}) {
            region.startTrace(entries);
            try (Region other = Region.attach(path)) {
                other.startTrace(entries);
                List<Region> regions = List.of(region, other);
                Slot mail = region.root("mail");
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    Region own = regions.get(i % 2);
                    Random random = new Random(seed + i);
                    Thread thread = new Thread(() -> handOn(own, random));
                    threads.add(thread);
                    thread.start();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                Map<Long, Long> left = new HashMap<>();
                for (Map<String, Object> block : Cli.objects(export("json").json(), "blocks")) {
                    if (!block.get("tag").equals("shm.trace")) {
                        left.put((Long) block.get("offset"), (Long) block.get("size"));
                    }
                }
                String trace = text("mtrace");
                assertThat(trace.lines().filter(line -> line.contains(" - "))).isNotEmpty();
                Map<Long, Long> notFreed = new HashMap<>();
                MtraceReading.of(trace).notFreed().forEach((offset, block) -> notFreed.put(offset, block.size()));
                assertThat(notFreed).as("seed %d", seed).isEqualTo(left);
                assertThat(mtrace(file("mtrace")).out())
                        .doesNotContain("never alloc'd")
                        .doesNotContain("duplicate");
                Block rest = mail.take();
                if (rest != null) {
                    rest.free();
                }
            }
            // A recorder stays as large as it is: the second round is a region of its own.
            removeRegion();
            makeRegion();
        }
    }

    private static void handOn(Region region, Random random) {
        Slot mail = region.root("mail");
        for (int i = 0; i < 200; i++) {
            Block block = region.allocate(1 + random.nextInt(100), PACKET, ADD);
            if (!mail.publish(block)) {
                block.free();
            }
            Block taken = random.nextInt(3) == 0 ? mail.take() : null;
            if (taken != null && random.nextInt(20) > 0) {
                taken.free();
            }
        }
    }

    @Test
    void aTracesSitesAreOneWordEach() throws Exception {
        hostile();
        region.allocate(16, Site.of("", "", "", 0));
        assertThat(MtraceReading.of(text("mtrace")).notFreed().values())
                .extracting(MtraceReading.Allocated::size)
                .containsExactlyInAnyOrder(99L, 16L);
        assertThat(mtrace(file("mtrace")).out()).contains("0x63  at =x_y_").contains("(0xdeadbeef)");
    }

    @Test
    void theReaderOfTracesIsStrict() {
        for (String bad : List.of(
                "= Start\n@ a b + 0x1 0x1\n= End\n",
                "= Start\n@ a + 1 0x1\n= End\n",
                "= Start\n@ a + 0x1 30\n= End\n",
                "= Start\n@ [0x1] + 0x1 0x1\n= End\n",
                "= Start\n@ a - 0x1\n= End\n",
                "= Start\n@ a + 0x1 0x1\n@ a + 0x1 0x1\n= End\n",
                "= Start\n@ a + 0x1 0x1\n")) {
            assertThatThrownBy(() -> MtraceReading.of(bad)).as(bad).isInstanceOf(AssertionError.class);
        }
    }

    // ---------------------------------------------------------------- memdir

    @Test
    void aFolderHasAFileForEveryBlock() throws IOException {
        Block block = fourAndThreeFreed();
        Path mem = folder.resolve("a/mem");
        assertThat(export("memdir", "-o", mem.toString()))
                .isEqualTo(new Cli(0, mem + ": 1 block, 30 bytes of " + path + " as memdir\n", ""));
        try (Stream<Path> files = Files.list(mem)) {
            assertThat(files).containsExactly(mem.resolve("0x" + Long.toHexString(block.offset()) + ".mem"));
        }
        assertThat(Files.readAllLines(mem.resolve("0x" + Long.toHexString(block.offset()) + ".mem")))
                .contains("size:30", "site:com.acme.Send.add(Send.java:41)", "tag:packet", "state:live");
    }

    @Test
    void aFolderKeepsWhatIsNotOursAndNothingElse() throws IOException {
        Path mem = folder.resolve("mem");
        Block block = fourAndThreeFreed();
        export("memdir", "-o", mem.toString());
        Files.writeString(mem.resolve("notes.mem"), "mine");
        block.free();
        hostile();
        export("memdir", "-o", mem.toString());
        try (Stream<Path> files = Files.list(mem)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(2).contains(mem.resolve("notes.mem"));
            Path other = all.get(0).endsWith("notes.mem") ? all.get(1) : all.get(0);
            assertThat(Files.readString(other)).hasLineCount(6).contains("size:99\n");
        }
        Files.writeString(folder.resolve("file"), "");
        assertThat(export("memdir", "-o", folder.resolve("file").toString()).code())
                .isEqualTo(2);
        assertThat(export("memdir").code()).isEqualTo(2);
    }

    // ---------------------------------------------------------------- text

    @Test
    void stacksAreALineEach() {
        region.allocate(100, PACKET, ADD);
        region.allocate(200, PACKET, ADD);
        region.allocate(50, ADD);
        long pid = ProcessHandle.current().pid();
        assertThat(text("collapsed").lines())
                .containsExactly(
                        "order-gw " + pid + ";[packet];com.acme.Send.add:41 300",
                        "order-gw " + pid + ";com.acme.Send.add:41 50");
        assertThat(text("collapsed", "--count").lines()).first().asString().endsWith(":41 2");
        hostile();
        assertThat(text("collapsed").lines()).hasSize(3).allMatch(line -> line.matches("[^;]+(;[^;]+){1,2} \\d+"));
        assertThat(export("csv", "--count").code()).isEqualTo(2);
    }

    @Test
    void aStackThatWasTakenIsWhole() {
        region.setLevel(Level.FULL);
        region.allocate(1 << 20, PACKET);
        String stack = text("collapsed").lines().findFirst().orElseThrow();
        assertThat(stack).contains("aStackThatWasTakenIsWhole");
        assertThat(stack.split(";").length).isGreaterThan(5);
        assertThat(stack.indexOf("org.junit")).isLessThan(stack.indexOf("aStackThatWasTakenIsWhole"));
    }

    @Test
    void valuesAreSeparatedByCommas() {
        Block block = fourAndThreeFreed();
        hostile();
        List<List<String>> rows = csv(text("csv"));
        assertThat(rows).hasSize(3).allMatch(row -> row.size() == rows.get(0).size());
        assertThat(rows.get(1))
                .startsWith(Long.toString(block.offset()), Long.toString(block.handle()), "live", "30")
                .contains("packet", "order-gw", "alive", "com.acme.Send", "add", "Send.java", "41");
        assertThat(rows.get(2)).contains("99").anyMatch(cell -> cell.startsWith("'=x\\x85y"));
        assertThat(rows.get(2)).noneMatch(cell -> cell.startsWith("="));
    }

    /** As RFC 4180 has it. */
    private static List<List<String>> csv(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (c == '"' && (quoted || cell.length() == 0)) {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\r')) {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\r') {
                    assertThat(text.charAt(++i)).isEqualTo('\n');
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else {
                assertThat(c).isGreaterThanOrEqualTo(' ');
                cell.append(c);
            }
        }
        assertThat(row).isEmpty();
        return rows;
    }

    @Test
    void jsonHasAllThatIsKnown() {
        Block block = fourAndThreeFreed();
        hostile();
        Map<String, Object> json = export("json").json();
        assertThat(json).containsEntry("schema", "shm.export/1").containsEntry("faults", List.of());
        assertThat(Cli.object(json, "picture")).containsEntry("blocks", 2L).containsKey("accounts");
        assertThat(Cli.objects(json, "blocks")).hasSize(2);
        assertThat(Cli.objects(json, "blocks").get(0))
                .containsEntry("offset", block.offset())
                .containsEntry("size", 30L);
        assertThat(Cli.objects(export("json", "--tag", "packet").json(), "blocks"))
                .hasSize(1);
    }

    @Test
    void metricsAreWhatTheVerbsSay() {
        fourAndThreeFreed();
        hostile();
        Map<String, Double> samples = OpenMetricsReading.of(text("openmetrics")).samples;
        String of = "region=" + path;
        assertThat(samples)
                .containsEntry("shm_live_blocks{" + of + "}", 2.0)
                .containsEntry("shm_live_bytes{" + of + "}", 129.0)
                .containsEntry("shm_mapped_bytes{" + of + "}", (double) (4 << 20))
                .containsEntry("shm_tag_bytes{" + of + ", tag=packet}", 30.0)
                .containsEntry("shm_site_bytes{" + of + ", site=com.acme.Send.add(Send.java:41)}", 30.0)
                .containsEntry("shm_participants{" + of + ", state=alive}", 1.0)
                .containsEntry("shm_tag_bytes{" + of + ", tag==\"\\?;<b>{},?}", 99.0);
        double accounts = samples.entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("shm_account_bytes"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        assertThat(accounts).isEqualTo(4 << 20);
        assertThat(export("openmetrics", "--tag", "packet").code()).isEqualTo(2);
    }

    @Test
    void theReaderOfMetricsIsStrict() {
        String head = "# TYPE a gauge\n# HELP a b\n";
        assertThat(OpenMetricsReading.of(head + "a{b=\"c\"} 1\n# EOF\n").samples)
                .hasSize(1);
        for (String bad : List.of(
                head + "a{b=\"c\"} 1\n",
                head + "a{b=\"c\"} 1\na{b=\"c\"} 2\n# EOF\n",
                head + "a{b=\"c\"d\"} 1\n# EOF\n",
                head + "a{b=\"c} 1\n# EOF\n",
                head + "c 1\n# EOF\n",
                head + "a x\n# EOF\n",
                "# TYPE a counter\na 1\n# EOF\n",
                "# TYPE a gauge\n# UNIT a bytes\n# EOF\n")) {
            assertThatThrownBy(() -> OpenMetricsReading.of(bad)).as(bad).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void metricsCountFaults() {
        Block block = region.allocate(40, ADD);
        block.free();
        assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
        OpenMetricsReading reading = OpenMetricsReading.of(text("openmetrics"));
        assertThat(reading.types).containsEntry("shm_faults", "counter");
        assertThat(reading.samples.keySet()).anyMatch(key -> key.startsWith("shm_faults_total{kind=double-free"));
    }

    // ---------------------------------------------------------------- binary

    @Test
    void aProfileHasSitesAndLabels() throws IOException {
        region.allocate(100, PACKET, ADD);
        region.allocate(200, PACKET, ADD);
        hostile();
        ProfileReading profile = ProfileReading.of(Files.readAllBytes(file("pprof")));
        assertThat(profile.defaultType()).isEqualTo("bytes");
        assertThat(profile.timeNanos()).isPositive();
        assertThat(profile.samples()).hasSize(2);
        ProfileReading.Sample packets = profile.samples().stream()
                .filter(sample -> sample.labels().containsValue("packet"))
                .findFirst()
                .orElseThrow();
        assertThat(packets.frames()).containsExactly("com.acme.Send.add(Send.java:41)");
        assertThat(packets.values()).isEqualTo(Map.of("blocks", 2L, "bytes", 300L));
        assertThat(packets.labels())
                .isEqualTo(Map.of(
                        "tag", "packet",
                        "state", "live",
                        "process", "order-gw",
                        "pid", Long.toString(ProcessHandle.current().pid())));
    }

    @Test
    void aProfileHasTheWholeStackWhereOneWasTaken() throws IOException {
        region.setLevel(Level.FULL);
        region.allocate(1 << 20, PACKET);
        List<String> frames = ProfileReading.of(Files.readAllBytes(file("pprof")))
                .samples()
                .get(0)
                .frames();
        assertThat(frames).hasSizeGreaterThan(5);
        assertThat(frames.get(0)).contains("aProfileHasTheWholeStackWhereOneWasTaken");
    }

    @Test
    void aRecordingHasBlocksAndFaults() throws IOException {
        Block block = fourAndThreeFreed();
        Block twice = region.allocate(40, ADD);
        twice.free();
        assertThatThrownBy(twice::free).isInstanceOf(StaleHandleException.class);
        List<RecordedEvent> events = RecordingFile.readAllEvents(file("jfr"));
        assertThat(events)
                .extracting(event -> event.getEventType().getName())
                .containsExactlyInAnyOrder("io.shm.Region", "io.shm.LiveBlock", "io.shm.KnownFault");
        RecordedEvent live = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.shm.LiveBlock"))
                .findFirst()
                .orElseThrow();
        assertThat(live.getLong("offset")).isEqualTo(block.offset());
        assertThat(live.getLong("size")).isEqualTo(30);
        assertThat(live.getString("site")).isEqualTo("com.acme.Send.add(Send.java:41)");
        assertThat(live.getString("tag")).isEqualTo("packet");
        assertThat(live.getInt("pid")).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(live.getInstant("since")).isNotNull();
    }

    // ---------------------------------------------------------------- all

    @ParameterizedTest
    @ValueSource(strings = {"mtrace", "collapsed", "csv", "json", "openmetrics", "pprof", "jfr"})
    void aFileIsWrittenAsAWholeAndTheRegionIsLeftAsItIs(String format) throws IOException {
        fourAndThreeFreed();
        hostile();
        region.close();
        byte[] before = Files.readAllBytes(Path.of(path));
        Path file = file(format);
        assertThat(Files.size(file)).isPositive();
        assertThat(Files.readAllBytes(Path.of(path))).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).allMatch(left -> !left.toString().contains(".tmp."));
        }
        Map<String, Object> told =
                export(format, "-o", file.toString(), "--json").json();
        assertThat(told).containsEntry("format", format).containsEntry("file", file.toString());
        assertThat(export(format, "-o", path).err()).contains("is the region itself");
        assertThat(export(format, "-o", folder.toString()).code()).isEqualTo(2);
        assertThat(export(format, "-o", folder.resolve("no/where").toString()).code())
                .isEqualTo(2);
        assertThat(Files.readAllBytes(Path.of(path))).isEqualTo(before);
    }

    @Test
    void whatIsAskedForMustMakeSense() {
        assertThat(Cli.run("export", path).code()).isEqualTo(2);
        assertThat(export("xml").err()).contains("xml").contains("mtrace");
        assertThat(export("pprof").err()).contains("-o FILE");
        assertThat(export("csv", "--json").code()).isEqualTo(2);
        assertThat(export("csv", "--state", "free").code()).isEqualTo(2);
        assertThat(Cli.run("export", folder.resolve("none").toString(), "--format", "csv")
                        .code())
                .isEqualTo(3);
    }
}
