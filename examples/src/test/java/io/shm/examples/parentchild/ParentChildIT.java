package io.shm.examples.parentchild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.PoolRow;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the example as a user does, and looks at it from a third process: this one. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParentChildIT {
    private static final String NAME =
            "parent-child-it-" + ProcessHandle.current().pid();

    private Process parent;
    private BufferedReader output;

    @AfterEach
    void nothingIsLeft() throws IOException {
        List<ProcessHandle> children = ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .toList();
        List<String> files = filesInMemory();
        children.forEach(ProcessHandle::destroyForcibly);
        if (!files.isEmpty()) {
            Region.remove(NAME, true);
        }
        assertThat(children).as("processes left behind").isEmpty();
        assertThat(files).as("files left behind").isEmpty();
    }

    @Test
    void showsBothProcessesAndWhatEachHoldsWhileTheyRun() throws IOException, InterruptedException {
        start("--hold", "100");
        readUntil("scripts/shm blocks");

        try (Inspector inspector = Inspector.open(NAME)) {
            Picture picture = inspector.picture();
            List<BlockRow> blocks = new ArrayList<>();
            inspector.blocks(block -> true, blocks::add);

            assertThat(picture.accounts().total()).isEqualTo(picture.identity().mapped());
            assertThat(picture.faults()).isZero();
            assertThat(picture.damaged()).isZero();
            assertThat(picture.processes())
                    .extracting(
                            row -> row.process().name(), row -> row.process().state(), ProcessRow::blocks)
                    .containsExactly(tuple("parent", Liveness.ALIVE, 10L), tuple("child", Liveness.ALIVE, 5L));
            assertThat(picture.processes())
                    .extracting(row -> (long) row.process().pid())
                    .containsExactly(parent.pid(), childOfParent().pid());
            assertThat(picture.pools())
                    .extracting(PoolRow::tag, PoolRow::blockSize, PoolRow::capacity, PoolRow::live)
                    .containsExactly(tuple("packet", 64L, 1000L, 11L), tuple("message", 256L, 500L, 1L));
            assertThat(blocks).hasSize(15);
            assertThat(blocks.stream().mapToLong(BlockRow::size).sum())
                    .isEqualTo(picture.accounts().live());
            assertThat(blocks).allSatisfy(block -> {
                assertThat(block.site().file()).isIn("Main.java", "Child.java");
                assertThat(block.site().line()).isPositive();
            });
            // The line that nobody named is the one that called allocate.
            assertThat(blocks)
                    .filteredOn(block -> block.tag().isEmpty())
                    .extracting(block ->
                            block.site().className() + "." + block.site().method())
                    .containsExactlyInAnyOrder(Main.class.getName() + ".work", Child.class.getName() + ".main");
        }

        pressEnter();
        assertThat(readUntil(null)).anyMatch(line -> line.contains("the region is gone"));
        assertThat(parent.waitFor()).isZero();
    }

    @Test
    void endsAtOnceWithoutATerminal() throws IOException, InterruptedException {
        start("--hold", "0");
        parent.getOutputStream().close();

        List<String> lines = readUntil(null);

        assertThat(parent.waitFor()).isZero();
        assertThat(lines)
                .anyMatch(line -> line.contains("the child answers: order 4711 costs 499,750 cents"))
                .anyMatch(line -> line.contains("child:  read order 4711: 250 of SHM"));
    }

    @Test
    void leavesNothingWhenTerminated() throws IOException, InterruptedException {
        start("--hold", "100");
        readUntil("scripts/shm blocks");

        // By its handle: Process.destroy would close the pipe to its last words.
        parent.toHandle().destroy();

        assertThat(readUntil(null)).anyMatch(line -> line.contains("the region is gone"));
        assertThat(parent.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void reapsAKilledChildAndLeavesNothing() throws IOException, InterruptedException {
        start("--hold", "100");
        readUntil("scripts/shm blocks");

        ProcessHandle child = childOfParent();
        child.destroyForcibly();
        child.onExit().join();

        try (Inspector inspector = Inspector.open(NAME)) {
            // The parent notices, frees what the child held, and keeps its own.
            while (blocksByName(inspector).containsKey("child")) {
                Thread.onSpinWait();
            }
            assertThat(blocksByName(inspector)).containsExactly(entry("parent", 10L));
        }
        pressEnter();
        readUntil(null);
        assertThat(parent.waitFor()).isZero();
    }

    private static Map<String, Long> blocksByName(Inspector inspector) {
        return inspector.picture().processes().stream()
                .collect(Collectors.toMap(row -> row.process().name(), ProcessRow::blocks));
    }

    @Test
    void leavesNothingWhenTheChildDiesBeforeItAnswers() throws IOException, InterruptedException {
        start("--hold", "0");
        List<String> lines = readUntil("started the child");
        String last = lines.get(lines.size() - 1);
        ProcessHandle.of(Long.parseLong(last.substring(last.lastIndexOf(' ') + 1)))
                .ifPresent(ProcessHandle::destroyForcibly);

        List<String> rest = readUntil(null);

        assertThat(parent.waitFor()).isEqualTo(1);
        assertThat(rest).contains("parent-child: no answer from the child, which ended with exit code 137");
    }

    @Test
    void refusesANameThatIsTaken() throws IOException, InterruptedException {
        try (Region region = Region.create(RegionOptions.named(NAME).size(4 << 20))) {
            start("--hold", "0");

            assertThat(readUntil(null))
                    .singleElement()
                    .asString()
                    .contains("exists")
                    .contains("--name");
            assertThat(parent.waitFor()).isEqualTo(1);
            assertThat(filesInMemory()).contains(NAME);
            Region.remove(region.reference(), true);
        }
    }

    private void start(String... args) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--name",
                NAME));
        command.addAll(List.of(args));
        parent = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = parent.inputReader(StandardCharsets.UTF_8);
    }

    private void pressEnter() throws IOException {
        parent.getOutputStream().write('\n');
        parent.getOutputStream().flush();
    }

    /** Lines up to one that contains the text, or to the end for null. What a newer Java warns of is left out. */
    private List<String> readUntil(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (!line.startsWith("WARNING: ") && !line.isEmpty()) {
                lines.add(line);
            }
            if (text != null && line.contains(text)) {
                return lines;
            }
        }
        assertThat(text).as("not in the output: %s", lines).isNull();
        return lines;
    }

    private ProcessHandle childOfParent() {
        return parent.children().findFirst().orElseThrow();
    }

    private static List<String> filesInMemory() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(NAME))
                    .toList();
        }
    }
}
