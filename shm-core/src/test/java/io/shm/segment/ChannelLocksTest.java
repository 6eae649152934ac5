package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.LockFileLayout;
import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelLocksTest extends ByteLocksContractTest {
    @Override
    ByteLocks open(Path path, FileFacts facts) throws IOException {
        return ChannelLocks.open(path, facts);
    }

    @Test
    void aProberThatComesAndGoesDropsNoLock() throws IOException {
        ByteLocks holder = open();
        assertThat(holder.tryLock(1)).isTrue();
        ByteLocks prober = open(file(), FileFacts.of(file()));
        prober.close();

        assertThat(isHeldForOthers(1)).isTrue();
    }

    @Test
    void anInterruptedThreadDropsNoLock() throws IOException {
        ByteLocks holder = open();
        holder.write(0, new byte[LockFileLayout.LENGTH]);
        assertThat(holder.tryLock(1)).isTrue();
        Thread.currentThread().interrupt();
        try {
            assertThat(holder.tryLock(2)).isTrue();
            assertThat(holder.isHeldElsewhere(3)).isFalse();
            holder.read(8);
            holder.write(0, new byte[8]);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(isHeldForOthers(1)).isTrue();
    }

    @Test
    void aLockThatOtherCodeOfThisProcessHasDroppedIsTakenAgain() throws IOException {
        ByteLocks holder = open();
        for (int index : new int[] {1, 2, LockFile.FIRST_ATTACHMENT}) {
            assertThat(holder.tryLock(index)).isTrue();
        }
        assertThat(holder.retakeLost()).isZero();
        Files.readAllBytes(file());

        assertThat(holder.retakeLost()).isEqualTo(3);
        assertThat(holder.retakeLost()).isZero();
        holder.unlock(2);
        assertThat(holder.retakeLost()).isZero();
        assertThat(isHeldForOthers(1)).isTrue();
        // Looking has dropped all of them once more.
        assertThat(holder.retakeLost()).isEqualTo(2);
        assertThat(isHeldForOthers(2)).isFalse();
    }

    @Test
    void aLossThatOneReadingAloneHasIsNone() throws IOException {
        ChannelLocks holder = ChannelLocks.open(file(), FileFacts.of(file()));
        assertThat(holder.tryLock(1)).isTrue();
        assertThat(holder.tryLock(2)).isTrue();
        BitSet without = bits(2);
        Deque<BitSet> readings = new ArrayDeque<>(List.of(without, bits(1, 2)));
        assertThat(holder.retakeLost(readings::pop)).isZero();
        readings.addAll(List.of(without, bits(1)));
        assertThat(holder.retakeLost(readings::pop)).as("another one each time").isZero();
        assertThat(holder.retakeLost(() -> null)).as("not to be known").isZero();
        readings.addAll(List.of(without, without));
        assertThat(holder.retakeLost(readings::pop)).isEqualTo(1);
        assertThat(readings).isEmpty();
        assertThat(isHeldForOthers(1)).isTrue();
        holder.close();
    }

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }

    @Test
    void aLockThatSomebodyElseHasTakenMeanwhileIsTakenOnceHeLetsGo() throws IOException {
        ByteLocks holder = open();
        assertThat(holder.tryLock(1)).isTrue();
        Files.readAllBytes(file());
        DescriptorLocks other = new DescriptorLocks(Posix.open(file(), Posix.O_RDWR, 0), true);
        assertThat(other.tryLock(1)).isTrue();

        assertThat(holder.retakeLost()).isEqualTo(1);
        assertThat(holder.retakeLost()).isEqualTo(1);
        other.unlock(1);
        assertThat(holder.retakeLost()).isEqualTo(1);
        assertThat(holder.retakeLost()).isZero();
        other.close();
    }

    @Test
    void aFileThatWasReplacedIsNotOpened() throws IOException {
        FileFacts before = FileFacts.of(file());
        Path other = Files.createFile(file().resolveSibling(LeavesNothing.PREFIX + "other"));
        Files.delete(file());
        Files.move(other, file());

        assertThat(ChannelLocks.open(file(), before)).isNull();
    }

    /** As another process would see it: a lock of a descriptor conflicts with those of its own process too. */
    private boolean isHeldForOthers(int index) throws IOException {
        // Closing it drops the holder's locks, so this is the end of a test.
        DescriptorLocks other = new DescriptorLocks(Posix.open(file(), Posix.O_RDWR, 0), true);
        boolean held = other.isHeldElsewhere(index);
        other.close();
        return held;
    }
}
