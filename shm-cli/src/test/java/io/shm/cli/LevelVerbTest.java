package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code shm level}. */
class LevelVerbTest {
    @TempDir
    Path folder;

    private String path;

    @BeforeEach
    void make() {
        path = folder.resolve("orders").toString();
        assertThat(Cli.run("create", path, "--size", "1M").code()).isZero();
    }

    @Test
    void saysWhichOneItIs() {
        assertThat(Cli.run("level", path)).isEqualTo(new Cli(0, "sites\n", ""));
        assertThat(Cli.run("level", path, "--json").json())
                .containsEntry("schema", "shm.level/1")
                .containsEntry("region", path)
                .containsEntry("level", "sites")
                .doesNotContainKey("before");
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "counts", "full", "paranoid", "OFF"})
    void changesIt(String level) {
        String label = level.toLowerCase(java.util.Locale.ROOT);

        assertThat(Cli.run("level", path, level))
                .isEqualTo(new Cli(0, path + ": level " + label + ", was sites\n", ""));
        assertThat(Cli.run("inspect", path, "--json").json()).containsEntry("level", label);
        assertThat(Cli.run("level", path, label).out()).isEqualTo(path + ": level " + label + ", as it was\n");
        assertThat(Cli.run("level", path, "sites", "--json").json())
                .containsEntry("level", "sites")
                .containsEntry("before", label);
        assertThat(Cli.run("level", path, "full", "-q")).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void aLevelThatIsNoneIsAMistakeThatListsThem() {
        Cli cli = Cli.run("level", path, "loud");

        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).isEqualTo("shm: no level 'loud'; there are off, counts, sites, full, paranoid\n");
        assertThat(Cli.run("level", path).out()).isEqualTo("sites\n");
    }

    @Test
    void aCopyIsShownAndNotChanged() throws IOException {
        Path copy = Files.copy(Path.of(path), folder.resolve("copy"));
        Cli cli = Cli.run("level", copy.toString(), "off");

        assertThat(cli.code()).isEqualTo(5);
        assertThat(cli.err()).contains("is a copy");
        assertThat(Cli.run("level", copy.toString()).out()).isEqualTo("sites\n");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void aRegionThatIsNotThereIsCode3() {
        assertThat(Cli.run("level", folder.resolve("none").toString(), "off").code())
                .isEqualTo(3);
    }
}
