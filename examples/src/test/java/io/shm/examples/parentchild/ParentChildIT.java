package io.shm.examples.parentchild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.examples.ExampleRun;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.PoolRow;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the example as a user does, and looks at it from a third process: this one. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParentChildIT {
    private static final String NAME =
            "parent-child-it-" + ProcessHandle.current().pid();

    private final ExampleRun run = new ExampleRun(NAME);

    @AfterEach
    void nothingIsLeft() throws IOException {
        run.nothingIsLeft();
    }

    @Test
    void showsBothProcessesAndWhatEachHoldsWhileTheyRun() throws IOException, InterruptedException {
        run.start(Main.class, "--hold", "100");
        run.readUntil("scripts/shm blocks");

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
                    .containsExactly(run.pid(), childOfParent().pid());
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

        run.pressEnter();
        assertThat(run.readUntil(null)).anyMatch(line -> line.contains("the region is gone"));
        assertThat(run.exit()).isZero();
    }

    @Test
    void endsAtOnceWithoutATerminal() throws IOException, InterruptedException {
        run.start(Main.class, "--hold", "0");
        run.closeItsInput();

        List<String> lines = run.readUntil(null);

        assertThat(run.exit()).isZero();
        assertThat(lines)
                .anyMatch(line -> line.contains("the child answers: order 4711 costs 499,750 cents"))
                .anyMatch(line -> line.contains("child:  read order 4711: 250 of SHM"));
    }

    @Test
    void leavesNothingWhenTerminated() throws IOException, InterruptedException {
        run.start(Main.class, "--hold", "100");
        run.readUntil("scripts/shm blocks");

        run.terminate();

        assertThat(run.readUntil(null)).anyMatch(line -> line.contains("the region is gone"));
        assertThat(run.exit()).isEqualTo(128 + 15);
    }

    @Test
    void reapsAKilledChildAndLeavesNothing() throws IOException, InterruptedException {
        run.start(Main.class, "--hold", "100");
        run.readUntil("scripts/shm blocks");

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
        run.pressEnter();
        run.readUntil(null);
        assertThat(run.exit()).isZero();
    }

    private static Map<String, Long> blocksByName(Inspector inspector) {
        return inspector.picture().processes().stream()
                .collect(Collectors.toMap(row -> row.process().name(), ProcessRow::blocks));
    }

    @Test
    void leavesNothingWhenTheChildDiesBeforeItAnswers() throws IOException, InterruptedException {
        run.start(Main.class, "--hold", "0");
        List<String> lines = run.readUntil("started the child");
        String last = lines.get(lines.size() - 1);
        ProcessHandle.of(Long.parseLong(last.substring(last.lastIndexOf(' ') + 1)))
                .ifPresent(ProcessHandle::destroyForcibly);

        List<String> rest = run.readUntil(null);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(rest).contains("parent-child: no answer from the child, which ended with exit code 137");
    }

    @Test
    void refusesANameThatIsTaken() throws IOException, InterruptedException {
        try (Region region = Region.create(RegionOptions.named(NAME).size(4 << 20))) {
            run.start(Main.class, "--hold", "0");

            assertThat(run.readUntil(null))
                    .singleElement()
                    .asString()
                    .contains("exists")
                    .contains("--name");
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.filesInMemory()).contains(NAME);
            Region.remove(region.reference(), true);
        }
    }

    private ProcessHandle childOfParent() {
        return run.children().get(0);
    }
}
