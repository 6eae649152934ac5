package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BusyException;
import io.shm.error.IncompatibleException;
import io.shm.error.NotFoundException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** shmget and its relatives, as the system calls answer. */
@ExtendWith(LeavesNothing.class)
class SystemVTest {
    private static final int KEY = 0x1234;
    private static final int EXCLUSIVE = SystemV.IPC_CREAT | SystemV.IPC_EXCL | 0600;

    @TempDir
    private Path folder;

    private SystemV systemV;

    @BeforeEach
    void openWorld() {
        systemV = SystemV.in(folder);
    }

    @Test
    void aKeyLeadsToOneId() {
        int id = systemV.shmget(KEY, 1000, EXCLUSIVE);

        assertThat(id).isPositive();
        assertThat(systemV.shmget(KEY, 1000, SystemV.IPC_CREAT | 0600)).isEqualTo(id);
        assertThat(systemV.shmget(KEY, 0, 0)).isEqualTo(id);
    }

    @Test
    void aSecondExclusiveCreationExists() {
        systemV.shmget(KEY, 1000, EXCLUSIVE);

        assertThatThrownBy(() -> systemV.shmget(KEY, 1000, EXCLUSIVE))
                .isInstanceOf(BusyException.class)
                .hasMessage("shmget key=0x1234: EEXIST: exists");
    }

    @Test
    void aKeyWithoutSegmentIsNotFound() {
        assertThatThrownBy(() -> systemV.shmget(KEY, 1000, 0600))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("shmget key=0x1234: ENOENT: there is no such segment");
    }

    @Test
    void aLargerSizeThanTheSegmentHasIsInvalid() {
        systemV.shmget(KEY, 1000, EXCLUSIVE);

        assertThatThrownBy(() -> systemV.shmget(KEY, 1001, SystemV.IPC_CREAT))
                .as("though the mapping would hold it")
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("shmget key=0x1234: EINVAL: it has 1,000 bytes, 1,001 were asked");
    }

    @Test
    void aSizeThatNoSegmentHasIsInvalid() {
        for (long size : new long[] {0, -1, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> systemV.shmget(KEY, size, EXCLUSIVE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("shmget key=0x1234: EINVAL: ");
        }
    }

    @Test
    void privateSegmentsAreNewEachTime() {
        int first = systemV.shmget(SystemV.IPC_PRIVATE, 1000, 0600);
        int second = systemV.shmget(SystemV.IPC_PRIVATE, 1000, 0600);

        assertThat(second).isNotEqualTo(first);
        try (Segment a = systemV.shmat(first, Access.READ_WRITE);
                Segment b = systemV.shmat(second, Access.READ_WRITE)) {
            a.memory().putLong(0, 1);
            assertThat(b.memory().getLong(0)).isZero();
            assertThat(a.kind()).isEqualTo(Kind.SYSV);
        }
    }

    @Test
    void tellsWhoWhenAndHowMany() {
        int self = (int) ProcessHandle.current().pid();
        int id = systemV.shmget(KEY, 1000, EXCLUSIVE);
        ShmidDs made = systemV.stat(id);
        assertThat(made.key()).isEqualTo(KEY);
        assertThat(made.id()).isEqualTo(id);
        assertThat(made.size()).isEqualTo(1000);
        assertThat(made.mode()).isEqualTo(0600);
        assertThat(made.cpid()).isEqualTo(self);
        assertThat(made.lpid()).as("nobody yet").isZero();
        assertThat(made.nattch()).isZero();
        assertThat(made.atime()).isNull();
        assertThat(made.dtime()).isNull();
        assertThat(made.ctime()).isNotNull();
        assertThat(made.removed()).isFalse();

        try (Segment one = systemV.shmat(id, Access.READ_WRITE);
                Segment two = systemV.shmat(id, Access.READ_ONLY)) {
            assertThat(two.memory().size()).isEqualTo(one.memory().size());
            ShmidDs attached = systemV.stat(id);
            assertThat(attached.nattch()).isEqualTo(2);
            assertThat(attached.lpid()).isEqualTo(self);
            assertThat(attached.atime()).isNotNull();
        }
        ShmidDs detached = systemV.stat(id);
        assertThat(detached.nattch()).as("an orphan").isZero();
        assertThat(detached.dtime()).isNotNull();
        assertThat(systemV.list()).containsExactly(detached);
    }

    @Test
    void aRemovedSegmentLivesUntilItsLastDetachAndItsKeyIsFreeAtOnce() {
        int id = systemV.shmget(KEY, 1000, EXCLUSIVE);
        try (Segment segment = systemV.shmat(id, Access.READ_WRITE)) {
            segment.memory().putLong(0, 1);
            systemV.remove(id);

            assertThat(SystemV.stat(segment).removed()).isTrue();
            assertThat(SystemV.stat(segment).nattch()).isEqualTo(1);
            assertThat(SystemV.stat(segment).key()).isEqualTo(SystemV.IPC_PRIVATE);
            int fresh = systemV.shmget(KEY, 2000, EXCLUSIVE);
            assertThat(fresh).isNotEqualTo(id);
            assertThat(segment.memory().getLong(0)).isEqualTo(1);
            assertThat(systemV.list()).extracting(ShmidDs::id).containsExactly(fresh);
        }
    }

    @Test
    void anIdThatIsGoneIsInvalid() {
        int id = systemV.shmget(SystemV.IPC_PRIVATE, 1000, 0600);
        systemV.remove(id);

        assertThatThrownBy(() -> systemV.shmat(id, Access.READ_WRITE))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("shmat id=" + id + ": EINVAL: no segment has this id, or it was removed");
        assertThatThrownBy(() -> systemV.stat(id)).hasMessageStartingWith("shmctl IPC_STAT id=" + id + ": EINVAL");
        assertThatThrownBy(() -> systemV.remove(id)).hasMessageStartingWith("shmctl IPC_RMID id=" + id + ": EINVAL");
    }

    @Test
    void anOldIdDoesNotReachTheNewSegmentOfItsKey() {
        int old = systemV.shmget(KEY, 1000, EXCLUSIVE);
        systemV.remove(old);
        int fresh = systemV.shmget(KEY, 1000, EXCLUSIVE);

        assertThatThrownBy(() -> systemV.shmat(old, Access.READ_ONLY)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> systemV.remove(old)).isInstanceOf(NotFoundException.class);
        assertThat(Removal.remove(new SegmentPath(folder, References.keyedName(KEY)), old))
                .as("though found under its key before")
                .isFalse();
        assertThat(systemV.stat(fresh).key()).isEqualTo(KEY);
    }

    @Test
    void manyWhoAskForOneKeyAtOnceGetOneId() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < 20; round++) {
                Callable<Integer> asker = () -> systemV.shmget(KEY, 1000, SystemV.IPC_CREAT | 0600);
                Set<Integer> ids = new HashSet<>();
                for (Future<Integer> id :
                        threads.invokeAll(Stream.generate(() -> asker).limit(6).toList())) {
                    ids.add(id.get());
                }
                assertThat(ids).hasSize(1);
                systemV.remove(ids.iterator().next());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aSegmentOfAnotherKindHasNoSuchRow() {
        try (Segment segment = Segment.create(SegmentSpec.anonymous(1), Initializer.NOTHING)) {
            assertThatThrownBy(() -> SystemV.stat(segment)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
