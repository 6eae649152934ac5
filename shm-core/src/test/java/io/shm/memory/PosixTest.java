package io.shm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The system calls answer as their Javadoc says. */
class PosixTest {
    @TempDir
    private Path folder;

    @Test
    void worksHereAndIsLoadedOnceAsked() {
        assertThat(Posix.isAvailable()).isTrue();
        assertThat(Posix.isLoaded()).isTrue();
        assertThat(Posix.effectiveUser()).isNotNegative();
    }

    @Test
    void aRefusalNamesTheCallAndTheError() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> Posix.open(missing, Posix.O_RDWR, 0))
                .isInstanceOfSatisfying(
                        PosixException.class, e -> assertThat(e.errno()).isEqualTo(PosixException.ENOENT))
                .hasMessage("open " + missing + ": ENOENT: no such file");
        assertThatThrownBy(() -> Posix.allocate(-1, 0, 1)).hasMessageStartingWith("fallocate of 1 bytes: EBADF");
        assertThatThrownBy(() -> Posix.map(-1, 4096, true)).hasMessageStartingWith("mmap of 4096 bytes: EBADF");
    }

    @Test
    void followsNoLinkUnlessTold() throws IOException {
        Path file = Files.writeString(folder.resolve("файл"), "text");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertThatThrownBy(() -> Posix.open(link, Posix.O_RDONLY, 0)).hasMessageContaining("ELOOP");
        int descriptor = Posix.openThroughLink(link, Posix.O_RDONLY);
        byte[] start = new byte[8];
        assertThat(Posix.read(descriptor, start, 0)).isEqualTo(4);
        assertThat(new String(start, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("text");
        Posix.close(descriptor);
    }

    @Test
    void renamesOnlyToWhatIsNotThere() throws IOException {
        Path from = Files.createFile(folder.resolve("from"));
        Path taken = Files.createFile(folder.resolve("taken"));

        assertThatThrownBy(() -> Posix.renameToNew(from, taken)).hasMessageContaining("EEXIST");
        Posix.renameToNew(from, folder.resolve("to"));
        assertThat(folder.resolve("to")).exists();
        assertThat(from).doesNotExist();
    }

    @Test
    void aMappingOutlivesItsDescriptorAndTurnsToZerosInOneStep() throws IOException {
        int descriptor = Posix.createMemory("shm.posix-test");
        Posix.allocate(descriptor, 0, 8192);
        Posix.sealLength(descriptor);
        assertThatThrownBy(() -> Posix.truncate(descriptor, 0)).hasMessageContaining("EPERM");
        long address = Posix.map(descriptor, 8192, true);
        Posix.close(descriptor);
        SharedMemory memory = SharedMemory.at(address, 8192, true, null);
        memory.putLong(4096, 5);
        long again = Posix.mapAgain(address, 8192);
        SharedMemory second = SharedMemory.at(again, 8192, true, null);
        assertThat(second.getLong(4096)).isEqualTo(5);

        Posix.overlayWithZeros(address, 8192);

        assertThat(memory.getLong(4096)).isZero();
        memory.putLong(4096, 6);
        assertThat(second.getLong(4096)).isEqualTo(5);
        assertThat(Posix.buffer(again + 4096, 8).order(ByteOrder.LITTLE_ENDIAN).getLong(0))
                .isEqualTo(5);
        Posix.unmap(address, 8192);
        Posix.unmap(again, 8192);
    }
}
