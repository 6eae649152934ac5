package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.segment.LockFile;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The toolkit twice in one JVM. The system drops a process's locks when any descriptor of their file is closed: what one
 * class loader closes must not let the other one's process look dead.
 */
@ExtendWith(RegionTraces.class)
@Timeout(120)
class SecondClassLoaderIT {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOneClosesIsNotTheOthersEnd(boolean jna) throws Exception {
        String name = RegionTraces.name("loaders-" + jna);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(entry -> jna || !Path.of(entry).getFileName().toString().startsWith("jna"))
                .collect(Collectors.joining(":"));
        try (Region region = Region.create(RegionOptions.named(name).size(4 << 20))) {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:-UsePerfData",
                            "-Xmx128m",
                            "-cp",
                            classPath,
                            TwoLoaders.class.getName(),
                            name))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (PrintStream to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
                    BufferedReader from = TwoLoaders.reader(process);
                    LockFile lock = LockFile.of(name)) {
                assertThat(from.readLine()).isEqualTo("attached");
                assertAlive(name, 3);
                assertThat(lock.attachCount()).isEqualTo(3);
                to.println("close second");
                String answer = from.readLine();
                assertThat(answer).startsWith("live true");
                assertAlive(name, 2);
                assertThat(lock.attachCount()).isEqualTo(2);
                // Everybody's housekeeping looks for the dead; a joiner does, too.
                Region.attach(name, "joiner").close();
                to.println("and now");
                assertThat(from.readLine()).isEqualTo(answer);
                long handle = Long.parseLong(answer.replaceAll(".*handle ", ""));
                assertThat(region.resolve(handle).size()).isEqualTo(1000);
            } finally {
                process.onExit().join();
            }
            assertThat(process.exitValue()).isZero();
            assertAlive(name, 1);
        } finally {
            Region.remove(name, true);
        }
    }

    private static void assertAlive(String name, int places) {
        try (Inspector inspector = Inspector.open(name)) {
            Picture picture = inspector.picture();
            assertThat(picture.processes()).hasSize(places);
            assertThat(picture.processes())
                    .extracting(row -> row.process().state())
                    .containsOnly(Liveness.ALIVE);
        }
    }
}
