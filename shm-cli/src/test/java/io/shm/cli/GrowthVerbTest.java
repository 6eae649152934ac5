package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs say of a region that may grow. */
class GrowthVerbTest {
    @TempDir
    Path folder;

    @Test
    void sizeAndMaximumAreShownAndAddUpAsItGrows() throws Exception {
        String path = folder.resolve("orders").toString();
        Cli made = Cli.run("create", path, "--size", "8M", "--max", "64M");
        assertThat(made.code()).isZero();
        assertThat(made.out()).contains("8 MiB, may grow to 64 MiB, mode 0600");
        assertThat(Cli.run("ls", "--dir", folder.toString()).out())
                .containsPattern("orders +named +8 MiB +64 MiB +0600");
        try (Region region = Region.attach(path)) {
            assertThat(Cli.run("inspect", path).out()).contains("8 MiB, may grow to 64 MiB");
            region.allocate(20_000_000);
            long mapped = region.mappedSize();
            assertThat(mapped).isGreaterThan(20_000_000);
            assertThat(Files.size(Path.of(path))).isEqualTo(mapped);
            Cli looked = Cli.run("inspect", path);
            assertThat(looked.out()).contains("may grow to 64 MiB").contains("the mapped size");
            assertThat(Cli.run("inspect", path, "--json").json())
                    .containsEntry("size", 8L << 20)
                    .containsEntry("mapped", mapped)
                    .containsEntry("maximum", 64L << 20);
            assertThat(Cli.run("--json", "ls", "--dir", folder.toString()).out())
                    .contains("\"mapped\":" + mapped)
                    .contains("\"maximum\":" + (64L << 20));
            Path copy = folder.resolve("copy");
            assertThat(Cli.run("snapshot", path, "-o", copy.toString()).code()).isZero();
            assertThat(Cli.run("inspect", copy.toString()).out()).contains("the mapped size");
        } finally {
            Region.remove(path, true);
        }
    }

    @Test
    void aRegionThatHasAllItMayHaveSaysNothingOfIt() {
        String path = folder.resolve("orders").toString();
        assertThat(Cli.run("create", path, "--size", "8M", "--max", "8M").out()).doesNotContain("grow");
        assertThat(Cli.run("inspect", path).out()).doesNotContain("grow");
        Region.remove(path, true);
    }
}
