package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The three bugs that programs with shared memory have most, with processes of their own: exactly the known figures. */
@Timeout(300)
class BugDemosIT {
    @AfterEach
    void leavesNothing() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            String ours = "shm-demo-" + ProcessHandle.current().pid();
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains(ours));
        }
    }

    private static Map<String, Object> demo(String bug, String... more) {
        String[] args = new String[3 + more.length];
        args[0] = "demo";
        args[1] = bug;
        args[2] = "--json";
        System.arraycopy(more, 0, args, 3, more.length);
        Cli cli = Cli.run(args);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isEqualTo(1);
        return cli.json();
    }

    private static Map<String, Object> onlyLeak(Map<String, Object> json) {
        List<Map<String, Object>> leaks = Cli.objects(json, "leaks");
        assertThat(leaks).hasSize(1);
        assertThat(leaks.get(0)).containsEntry("kind", "definite").containsEntry("tag", "packet");
        assertThat(Cli.object(leaks.get(0), "site")).containsEntry("method", "allocate");
        return leaks.get(0);
    }

    /** How often a reference was overwritten, each time by somebody who is known; there is no other fault. */
    private static long faults(Map<String, Object> json) {
        List<Map<String, Object>> faults = Cli.objects(json, "faults");
        assertThat(faults).isNotEmpty().allSatisfy(fault -> {
            assertThat(fault).containsEntry("kind", "overwritten-ref");
            assertThat(Cli.object(fault, "by")).isNotNull();
        });
        return faults.stream().mapToLong(fault -> (Long) fault.get("count")).sum();
    }

    @Test
    void ofAHundredCallsTenForgetTheirBlock() {
        Map<String, Object> json = demo("queue");
        assertThat(json)
                .containsEntry("schema", "shm.demo/1")
                .containsEntry("calls", 100L)
                .containsEntry("refused", 10L)
                .containsEntry("freed", 90L)
                .containsEntry("blocks", 10L)
                .containsEntry("bytes", 640L);
        assertThat(Cli.object(onlyLeak(json), "owner")).containsEntry("state", "left");
    }

    @Test
    void everyBlockThatTheRaceLosesIsFoundOnceAndGetOrAllocateLosesNone() {
        Map<String, Object> json = demo("race");
        assertThat(json)
                .containsEntry("rounds", 2000L)
                .containsEntry("safeRounds", 2000L)
                .containsEntry("safeLost", 0L);
        long lost = (Long) json.get("lost");
        assertThat(lost).isPositive();
        assertThat(json).containsEntry("blocks", lost).containsEntry("bytes", 64 * lost);
        assertThat(Cli.objects(json, "leaks"))
                .hasSizeBetween(1, 2)
                .allSatisfy(leak -> assertThat(leak)
                        .containsEntry("kind", "definite")
                        .hasEntrySatisfying(
                                "note",
                                note -> assertThat(note.toString()).startsWith("index overwritten, see fault")));
        assertThat(faults(json)).isEqualTo(lost);
    }

    @Test
    void sevenExceptionsOverwriteSevenElements() {
        Map<String, Object> json = demo("array");
        assertThat(json)
                .containsEntry("calls", 50L)
                .containsEntry("exceptions", 7L)
                .containsEntry("memNum", 43L)
                .containsEntry("overwritten", 7L)
                .containsEntry("appended", 100L)
                .containsEntry("refused", 1L)
                .containsEntry("blocks", 7L)
                .containsEntry("bytes", 896L);
        assertThat(onlyLeak(json)).containsEntry("note", "index overwritten, see fault 1");
        assertThat(faults(json)).isEqualTo(7);
    }

    @Test
    void aKeptRegionCanBeLookedAt() {
        String name = "bug-demo-" + ProcessHandle.current().pid();
        try {
            assertThat(demo("array", "--keep", name)).containsEntry("region", name);
            Map<String, Object> leaks = Cli.run("leaks", name, "--json").json();
            assertThat(leaks).containsEntry("blocks", 7L).containsEntry("bytes", 896L);
        } finally {
            Region.remove(name, true);
        }
    }
}
