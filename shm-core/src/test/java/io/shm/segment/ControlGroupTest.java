package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
    @TempDir
    private Path folder;

    @Test
    void countsWhatTheLimitLeavesAndWhatCanBeDropped() throws IOException {
        Files.writeString(folder.resolve("memory.max"), "1000000\n");
        Files.writeString(folder.resolve("memory.current"), "700000\n");
        Files.writeString(folder.resolve("memory.stat"), "anon 5\ninactive_file 100000\n");
        assertThat(new ControlGroup(folder).availableBytes()).isEqualTo(400_000);
    }

    @Test
    void knowsTheFirstVersion() throws IOException {
        Path memory = Files.createDirectory(folder.resolve("memory"));
        Files.writeString(memory.resolve("memory.limit_in_bytes"), "5000");
        Files.writeString(memory.resolve("memory.usage_in_bytes"), "6000");
        Files.writeString(memory.resolve("memory.stat"), "cache 1\n");
        assertThat(new ControlGroup(folder).availableBytes()).isZero();
    }

    @Test
    void hasNoLimitWhereNothingSaysSo() throws IOException {
        assertThat(new ControlGroup(folder).availableBytes()).isEqualTo(Long.MAX_VALUE);
        Files.writeString(folder.resolve("memory.max"), "max\n");
        Files.writeString(folder.resolve("memory.current"), "1\n");
        assertThat(new ControlGroup(folder).availableBytes()).isEqualTo(Long.MAX_VALUE);
    }
}
