package io.shm.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    Path proc;

    private void file(String path, String text) throws IOException {
        Path file = proc.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void readsSystemVSegmentsAsTheKernelListsThem() throws IOException {
        file("sysvipc/shm", """
                       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
                -559038737          3  1600                  4096   100   101      0  1000  1000  1000  1000          0          0 1700000000                  4096                     0
                         0          4   660            8589934592   100   102      2     0     0     0     0          0          0 1700000001                  4096                     0
                """);

        assertThat(SystemSegment.all(proc))
                .containsExactly(
                        new SystemSegment(
                                0xdeadbeefL, 3, 0600, 4096, 100, 101, 0, 1000, Instant.ofEpochSecond(1_700_000_000)),
                        new SystemSegment(0, 4, 0660, 8L << 30, 100, 102, 2, 0, Instant.ofEpochSecond(1_700_000_001)));
        assertThat(SystemSegment.all(proc)).extracting(SystemSegment::isOrphan).containsExactly(true, false);
    }

    @Test
    void aKernelWithoutSystemVMemoryHasNone() throws IOException {
        assertThat(SystemSegment.all(proc)).isEmpty();
    }

    @Test
    void mapsOfOneFileAreOneRowWhoeverMapsThem() throws IOException {
        file("10/maps", """
                7f0000000000-7f0000001000 rw-s 00000000 00:01 77 /dev/shm/orders with blanks
                7f0000001000-7f0000003000 r--s 00001000 00:01 77 /dev/shm/orders with blanks
                7f0000004000-7f0000005000 rw-s 00000000 00:01 78 /dev/zero (deleted)
                7f0000005000-7f0000006000 rw-s 00000000 00:01 79 /SYSV00000001 (deleted)
                7f0000006000-7f0000007000 r--s 00000000 08:01 80 /usr/lib/locale/x
                7f0000007000-7f0000008000 rw-p 00000000 00:01 81 /dev/shm/private
                7f0000008000-7f0000009000 rw-p 00000000 00:00 0
                """);
        file("9/maps", "7f0000000000-7f0000001000 rw-s 00000000 00:01 77 /dev/shm/orders with blanks\n");
        Files.createDirectories(proc.resolve("11"));

        SharedMaps maps = SharedMaps.all(proc);

        assertThat(maps.maps())
                .containsExactlyInAnyOrder(
                        new SharedMap("/dev/shm/orders with blanks", 0x3000, new TreeSet<>(List.of(9, 10))),
                        new SharedMap("/dev/zero (deleted)", 0x1000, new TreeSet<>(List.of(10))));
        assertThat(maps.hidden()).isEqualTo(1);
    }
}
