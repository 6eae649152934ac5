package io.shm.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TroubleTest {
    @Test
    void whoStopsAnotherSurvivesTheKeyThatEndsAllAndLetsItGoOn() throws Exception {
        Process victim = new ProcessBuilder("sleep", "100").start();
        try {
            String pid = Long.toString(victim.pid());
            Process stopper = new ProcessBuilder("sh", "-c", Trouble.stop(pid, 1)).start();
            while (state(pid) != 'T') {
                Thread.onSpinWait();
            }
            new ProcessBuilder("kill", "-INT", Long.toString(stopper.pid()))
                    .start()
                    .waitFor();
            assertThat(stopper.waitFor()).isZero();
            while (state(pid) == 'T') {
                Thread.onSpinWait();
            }
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    private static char state(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }
}
