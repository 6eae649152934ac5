package io.shm.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cli.doctor.Check.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    Path root;

    @TempDir
    Path folder;

    private void kernel(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Check check(String subject) {
        List<Check> checks = Doctor.examine(new KernelFiles(root), folder);
        return checks.stream()
                .filter(check -> check.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thisMachineCanDoWhatTheTestsDo() {
        assertThat(Doctor.examine(folder)).noneMatch(check -> check.verdict() == Verdict.FAIL);
    }

    @Test
    void aKernelThatHidesEverythingIsNoCrash() {
        assertThat(Doctor.examine(new KernelFiles(root.resolve("nothing")), folder))
                .noneMatch(check -> check.verdict() == Verdict.FAIL);
    }

    @Test
    void whatIsFoundWrongComesWithAnAdvice() {
        for (Check check : Doctor.examine(new KernelFiles(root), folder)) {
            assertThat(check.advice().isEmpty()).as(check.toString()).isEqualTo(check.verdict() == Verdict.OK);
        }
    }

    @Test
    void aReadOnlyMountFails() throws IOException {
        kernel("proc/self/mounts", "tmpfs / tmpfs rw 0 0\ntmpfs " + folder + " tmpfs ro,nosuid 0 0\n");

        assertThat(check("mount").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anInnerMountDecides() throws IOException {
        kernel("proc/self/mounts", "tmpfs / tmpfs ro 0 0\ntmpfs " + folder + " tmpfs rw 0 0\n");

        assertThat(check("mount")).isEqualTo(Check.ok("mount", "rw"));
    }

    @Test
    void aFolderThatIsNotThereFails() {
        List<Check> checks = Doctor.examine(new KernelFiles(root), folder.resolve("none"));

        assertThat(checks)
                .anyMatch(check ->
                        check.verdict() == Verdict.FAIL && check.found().equals("does not exist"));
    }

    @Test
    void unfinishedFilesAreReportedOnceTheyAreOld() throws IOException {
        Path unfinished = Files.write(folder.resolve("orders.tmp.0123"), new byte[1000]);
        assertThat(check("leftovers").verdict()).isEqualTo(Verdict.OK);

        Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now().minusSeconds(3600)));
        Check check = check("leftovers");
        assertThat(check.verdict()).isEqualTo(Verdict.WARN);
        assertThat(check.found()).isEqualTo("1 unfinished file, 1,000 bytes");
        assertThat(check.advice()).contains("orders.tmp.0123");
    }

    @Test
    void theChecksLeaveNothingBehind() throws IOException {
        Doctor.examine(folder);

        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void littleMemoryIsAWarning() throws IOException {
        kernel("proc/meminfo", "MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:       1000 kB\n");

        assertThat(check("memory").verdict()).isEqualTo(Verdict.WARN);
        assertThat(check("memory").found())
                .isEqualTo("1,000 KiB available of 22.9 GiB".replace("1,000 KiB", "1000 KiB"));
    }

    @Test
    void theTightestLimitOfAllGroupsAboveCounts() throws IOException {
        kernel("proc/self/cgroup", "0::/a/b\n");
        kernel("sys/fs/cgroup/a/b/memory.max", "max\n");
        kernel("sys/fs/cgroup/a/memory.max", "1073741824\n");
        kernel("sys/fs/cgroup/a/memory.current", "1073741000\n");

        assertThat(check("cgroup").verdict()).isEqualTo(Verdict.WARN);
        assertThat(check("cgroup").found()).startsWith("memory limit 1 GiB");
    }

    @Test
    void noLimitIsToldFromALargeOne() throws IOException {
        kernel("proc/self/cgroup", "4:memory:/x\n");
        kernel("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        assertThat(check("cgroup")).isEqualTo(Check.ok("cgroup", "no memory limit"));
    }

    @Test
    void limitsAreReadByName() throws IOException {
        kernel("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max file size             1048576              unlimited            bytes
                Max open files            64                   4096                 files
                Max address space         unlimited            unlimited            bytes
                """);

        assertThat(check("file size").verdict()).isEqualTo(Verdict.WARN);
        assertThat(check("open files").verdict()).isEqualTo(Verdict.WARN);
        assertThat(check("address space").verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void hiddenProcessesAreAWarning() throws IOException {
        kernel("proc/self/mounts", "proc /proc proc rw,hidepid=2 0 0\n");
        kernel("proc/1/stat", "1 (init) S\n");

        assertThat(check("other processes").found()).isEqualTo("hidepid=2");
    }
}
