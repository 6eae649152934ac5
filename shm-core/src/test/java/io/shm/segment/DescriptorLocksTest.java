package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.memory.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DescriptorLocksTest extends ByteLocksContractTest {
    @Override
    ByteLocks open(Path path, FileFacts facts) throws IOException {
        return new DescriptorLocks(Posix.open(path, Posix.O_RDWR, 0), true);
    }

    @Test
    void somebodyLookingWithASharedLockIsNoHolder() throws IOException {
        ByteLocks locks = open();
        try (FileChannel looking = FileChannel.open(file(), StandardOpenOption.READ);
                FileLock shared = looking.lock(3, 1, true)) {
            assertThat(shared.isShared()).isTrue();
            assertThat(locks.isHeldElsewhere(3)).isFalse();
            assertThat(locks.countHeldElsewhere(0, 47)).isZero();
            assertThat(locks.tryLock(3)).as("but it is in the way for now").isFalse();
        }
        assertThat(locks.tryLock(3)).isTrue();
    }

    @Test
    void aHolderWaitsForWhoeverOnlyLooks() throws Exception {
        LockFile file = new LockFile(open());
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch looking = new CountDownLatch(1);
        Thread looker = new Thread(() -> {
            try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ)) {
                while (!done.get()) {
                    channel.lock(3, 1, true).release();
                    looking.countDown();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        looker.start();
        looking.await();
        try {
            for (int i = 0; i < 1000; i++) {
                assertThat(file.tryHold(3)).isTrue();
                file.letGo(3);
            }
        } finally {
            done.set(true);
            looker.join();
        }
    }

    @Test
    void otherDescriptorsOfTheFileDropNoLock() throws IOException {
        ByteLocks holder = open();
        assertThat(holder.tryLock(1)).isTrue();
        Files.readAllBytes(file());

        assertThat(open().isHeldElsewhere(1)).isTrue();
    }
}
