package io.shm.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.participant.ProcessIdentity.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(120)
class ProcessIdentityTest {
    private final ProcessIdentity self = ProcessIdentity.self();

    @Test
    void knowsItself() {
        assertThat(self.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(self.startTicks()).isPositive();
        assertThat(self.pidNamespace()).isPositive();
        assertThat(self.bootIdHigh()).isNotZero();
        assertThat(evidence(self)).isEqualTo(Evidence.PRESENT);
    }

    @Test
    void neverTakesAPidUsedAgainForTheProcessBefore() {
        assertThat(ProcessIdentity.of(self.pid(), self.startTicks() - 1, self.pidNamespace()))
                .isEqualTo(Evidence.GONE);
    }

    @Test
    void seesNothingInAnotherNamespace() {
        assertThat(ProcessIdentity.of(self.pid(), self.startTicks(), self.pidNamespace() + 1))
                .isEqualTo(Evidence.INVISIBLE);
        assertThat(ProcessIdentity.of(-4, self.startTicks(), self.pidNamespace()))
                .isEqualTo(Evidence.INVISIBLE);
    }

    @Test
    void takesAStoppedProcessForPresentAndAKilledOneForGone() throws Exception {
        Process child = new ProcessBuilder("sleep", "600").start();
        try {
            int pid = (int) child.pid();
            long ticks = startTicks(pid);
            assertThat(ProcessIdentity.of(pid, ticks, self.pidNamespace())).isEqualTo(Evidence.PRESENT);
            assertThat(new ProcessBuilder("kill", "-STOP", Integer.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(ProcessIdentity.of(pid, ticks, self.pidNamespace())).isEqualTo(Evidence.PRESENT);
            child.destroyForcibly().waitFor();
            assertThat(ProcessIdentity.of(pid, ticks, self.pidNamespace())).isEqualTo(Evidence.GONE);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void takesAZombieForGone() throws Exception {
        // The child ends once its parent is no shell any more but a sleep, which never collects it.
        String waits = "(until [ \"$(cat /proc/$$/comm)\" = sleep ]; do :; done) & echo $!; exec sleep 600";
        Process parent = new ProcessBuilder("sh", "-c", waits).start();
        try {
            int zombie = Integer.parseInt(parent.inputReader().readLine());
            while (stat(zombie).state() != 'Z') {
                Thread.onSpinWait();
            }
            assertThat(ProcessIdentity.of(zombie, stat(zombie).startTicks(), self.pidNamespace()))
                    .isEqualTo(Evidence.GONE);
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void readsAStatLineWhoseNameHoldsBlanksAndParentheses() {
        Stat stat = Stat.parse("42 (a) R (b) S 1 42 42 0 -1 4194560 0 0 0 0 1 2 3 4 20 0 1 0 987654 1 2 3\n");
        assertThat(stat).isEqualTo(new Stat('S', 987654));
        assertThat(Stat.parse("")).isNull();
        assertThat(Stat.parse("42 (a) S 1 2")).isNull();
    }

    private static Evidence evidence(ProcessIdentity who) {
        return ProcessIdentity.of(who.pid(), who.startTicks(), who.pidNamespace());
    }

    private static long startTicks(int pid) throws IOException {
        return stat(pid).startTicks();
    }

    private static Stat stat(int pid) throws IOException {
        return Stat.parse(Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1));
    }
}
