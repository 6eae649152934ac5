package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What another user may do; needs root, to be another user. */
@ExtendWith(LeavesNothing.class)
@Timeout(120)
class OtherUserIT {
    private static final String NAME = LeavesNothing.PREFIX + "user";
    private static final int KEY = 0x7e590000 + (int) (ProcessHandle.current().pid() & 0xffff);
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @TempDir
    private Path classes;

    private ChildJvm nobody;

    @BeforeEach
    void startAsNobody() throws IOException {
        assumeTrue(Posix.effectiveUser() == 0, "only root can be another user");
        nobody = ChildJvm.start(AS_NOBODY, ReadableClassPath.copyTo(classes, true));
        assertThat(nobody.ask("available")).isEqualTo("true");
    }

    @AfterEach
    void removeAll() {
        if (nobody != null) {
            nobody.close();
        }
        Segment.remove(NAME);
        Segment.remove("sysv:" + KEY);
    }

    private static Segment create(int mode) {
        return Segment.create(
                SegmentSpec.named(NAME, 4096).withMode(mode),
                unfinished -> unfinished.memory().putLong(0, 5));
    }

    @Test
    void theDefaultModeKeepsOthersOut() throws IOException {
        create(SegmentSpec.DEFAULT_MODE).close();

        for (Access access : Access.values()) {
            assertThat(nobody.ask("attach " + NAME + " " + access))
                    .isEqualTo("!PermissionException cannot read /dev/shm/" + NAME
                            + ": mode 0600, owner root, you are nobody");
        }
    }

    @Test
    void whoMayReadAttachesReadOnly() throws IOException {
        try (Segment segment = create(0644)) {
            assertThat(nobody.ask("attach " + NAME + " READ_WRITE"))
                    .isEqualTo("!PermissionException cannot write /dev/shm/" + NAME
                            + ": mode 0644, owner root, you are nobody");
            assertThat(nobody.ask("attach " + NAME + " READ_ONLY")).isEqualTo(NAME);
            assertThat(nobody.ask("get 0")).isEqualTo("5");
            assertThat(nobody.ask("put 0 6")).startsWith("!IllegalStateException");

            assertThat(segment.lockFile().tryHold(2)).isTrue();
            assertThat(nobody.ask("probe 2")).isEqualTo("HELD");
            assertThat(nobody.ask("probe 3")).isEqualTo("FREE");
            assertThat(nobody.ask("hold 3"))
                    .as("a reader cannot pass for alive")
                    .isEqualTo("false");
            assertThat(nobody.ask("count")).as("nor is it counted").isEqualTo("1");
        }
    }

    @Test
    void whoMayWriteAttachesForWriting() throws IOException {
        try (Segment segment = create(0666)) {
            assertThat(nobody.ask("attach " + NAME + " READ_WRITE")).isEqualTo(NAME);
            assertThat(nobody.ask("put 8 6")).isEqualTo("ok");
            assertThat(segment.memory().getLong(8)).isEqualTo(6);
            assertThat(segment.lockFile().attachCount()).isEqualTo(2);
        }
    }

    @Test
    void onlyTheOwnerRemoves() throws IOException {
        create(0666).close();

        assertThat(nobody.ask("remove " + NAME))
                .isEqualTo("!PermissionException cannot remove /dev/shm/" + NAME
                        + ": mode 0666, owner root, you are nobody");
        assertThat(SegmentPath.of(NAME).file()).exists();
        assertThat(SegmentPath.of(NAME).lockFile()).exists();
    }

    @Test
    void aFolderThatMayNotBeWrittenIsSaid() throws IOException {
        assertThat(nobody.ask("create NAMED " + classes.resolve("x") + " 4096"))
                .isEqualTo("!PermissionException cannot create " + classes.resolve("x") + " in " + classes
                        + ": mode 0755, owner root, you are nobody");
    }

    @Test
    void memoryWithoutANameIsReachedByItsUserAndRoot() throws IOException {
        String theirs = nobody.ask("create ANONYMOUS - 4096");
        nobody.ask("put 0 8");
        try (Segment asRoot = Segment.attach(theirs, Access.READ_WRITE)) {
            assertThat(asRoot.memory().getLong(0)).isEqualTo(8);
        }
        try (Segment ours = Segment.create(SegmentSpec.anonymous(4096), Initializer.NOTHING)) {
            assertThat(nobody.ask("attach " + ours.reference() + " READ_ONLY"))
                    .startsWith("!PermissionException cannot read /proc/")
                    .endsWith("owner root, you are nobody");
        }
    }

    @Test
    void systemVAnswersAsTheSystemDoes() throws IOException {
        int id = SystemV.ofMachine().shmget(KEY, 4096, SystemV.IPC_CREAT | 0644);

        assertThat(nobody.ask("shmget " + KEY + " 4096 0444")).isEqualTo(Integer.toString(id));
        assertThat(nobody.ask("shmget " + KEY + " 4096 0666"))
                .startsWith("!PermissionException shmget key=0x" + Integer.toHexString(KEY) + ": EACCES: ");
        assertThat(nobody.ask("shmat " + id + " READ_ONLY")).startsWith("sysv:0x");
        assertThat(nobody.ask("shmat " + id + " READ_WRITE"))
                .startsWith("!PermissionException shmat id=" + id + ": EACCES: cannot write ");
    }

    @Test
    void aStrangersLockFileIsNotTakenOver() throws IOException {
        // Root takes it for nobody's, and puts a new one in its place.
        nobody.ask("create-and-wait NAMED " + NAME + " 4096");
        FileFacts theirs = FileFacts.of(SegmentPath.of(NAME).lockFile());
        nobody.kill();
        try (Segment segment = create(0600)) {
            assertThat(FileFacts.of(segment.path()).uid()).isZero();
            assertThat(FileFacts.of(SegmentPath.of(NAME).lockFile()).isSameFile(theirs))
                    .isFalse();
            assertThat(segment.lockFile().isPresent()).isTrue();
        }
    }
}
