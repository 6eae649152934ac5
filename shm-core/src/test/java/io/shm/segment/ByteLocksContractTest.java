package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What both ways of locking bytes do. The holders here are in one process; WithoutJnaIT mixes two. */
@ExtendWith(LeavesNothing.class)
abstract class ByteLocksContractTest {
    @TempDir
    private Path folder;

    private Path file;
    private final List<ByteLocks> opened = new ArrayList<>();

    abstract ByteLocks open(Path path, FileFacts facts) throws IOException;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.createFile(folder.resolve(LeavesNothing.PREFIX + "lock"));
    }

    @AfterEach
    void closeAll() {
        opened.forEach(ByteLocks::close);
        opened.clear();
    }

    final Path file() {
        return file;
    }

    final ByteLocks open() throws IOException {
        ByteLocks locks = open(file, FileFacts.of(file));
        opened.add(locks);
        return locks;
    }

    @Test
    void oneHolderForEachByte() throws IOException {
        ByteLocks first = open();
        ByteLocks second = open();

        assertThat(first.tryLock(5)).isTrue();
        assertThat(second.tryLock(5)).isFalse();
        assertThat(second.isHeldElsewhere(5)).isTrue();
        assertThat(first.isHeldElsewhere(5)).as("its own").isFalse();
        assertThat(second.tryLock(6)).isTrue();

        first.unlock(5);
        assertThat(second.isHeldElsewhere(5)).isFalse();
        assertThat(second.tryLock(5)).isTrue();
    }

    @Test
    void countsWhatOthersHoldInARange() throws IOException {
        ByteLocks first = open();
        ByteLocks second = open();
        ByteLocks counter = open();
        // In the order that puts the higher byte of the first holder in front of the lower one of the second.
        for (int index : new int[] {1500, 1501, 1502, 2047}) {
            assertThat(first.tryLock(index)).isTrue();
        }
        for (int index : new int[] {1024, 1200, 1400}) {
            assertThat(second.tryLock(index)).isTrue();
        }
        assertThat(counter.tryLock(1300)).isTrue();

        assertThat(counter.countHeldElsewhere(1024, 2048)).isEqualTo(7);
        assertThat(counter.countHeldElsewhere(1025, 1502)).isEqualTo(4);
        assertThat(counter.countHeldElsewhere(0, 47)).isZero();
        assertThat(first.countHeldElsewhere(1024, 2048)).isEqualTo(4);
    }

    @Test
    void closingLetsGoOfItsOwnBytesOnly() throws IOException {
        ByteLocks stays = open();
        ByteLocks goes = open();
        assertThat(stays.tryLock(1)).isTrue();
        assertThat(goes.tryLock(2)).isTrue();
        goes.close();
        opened.remove(goes);

        ByteLocks prober = open();
        assertThat(prober.isHeldElsewhere(1)).isTrue();
        assertThat(prober.isHeldElsewhere(2)).isFalse();
    }

    @Test
    void whatOneWritesAnotherReads() throws IOException {
        ByteLocks writer = open();
        ByteLocks reader = open();
        assertThat(reader.read(8)).as("nothing there yet").containsOnly(0);

        writer.write(0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        writer.write(2, new byte[] {9});

        assertThat(reader.read(8)).containsExactly(1, 2, 9, 4, 5, 6, 7, 8);
    }

    @Test
    void saysWhichFileItIs() throws IOException {
        assertThat(open().facts().isSameFile(FileFacts.of(file))).isTrue();
        assertThat(open().isWritable()).isTrue();
    }
}
