package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The multi-process tests run on the JVM that the build was told to use, and so do the processes they start. */
class BuildIT {
    @Test
    void childProcessRunsTheJavaOfItsParent() throws IOException, InterruptedException {
        String launcher =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(launcher, "-XshowSettings:properties", "-version")
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("java.specification.version = " + System.getProperty("java.specification.version"));
    }
}
