package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.shm.error.BusyException;
import io.shm.error.IncompatibleException;
import io.shm.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Making, finding and removing a segment with a name. */
@ExtendWith(LeavesNothing.class)
class CreationTest {
    /** A pid above what the system gives out. */
    private static final String DEAD = "4194305-1-";

    @TempDir
    private Path folder;

    private final String name = LeavesNothing.PREFIX + "orders";

    private String path() {
        return folder.resolve(name).toString();
    }

    private Segment create() {
        return Segment.create(SegmentSpec.named(path(), 4096), Initializer.NOTHING);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void leavesTheSegmentAndItsLockFile() throws IOException {
        create().close();

        assertThat(files()).containsExactly("." + name + ".lock", name);
        assertThat(Files.size(folder.resolve(name))).isEqualTo(4096);
        assertThat(Segment.remove(path())).isTrue();
        assertThat(files()).isEmpty();
        assertThat(Segment.remove(path())).isFalse();
    }

    @Test
    void aSecondCreationIsRefused() {
        Segment segment = create();
        segment.memory().putLong(0, 1);

        assertThatThrownBy(this::create)
                .isInstanceOf(BusyException.class)
                .hasMessage("region '" + path() + "' exists: " + path());
        assertThat(segment.memory().getLong(0)).isEqualTo(1);
        segment.close();
    }

    @Test
    void aCreationDuringACreationIsRefused() {
        Segment.create(
                        SegmentSpec.named(path(), 4096),
                        unfinished -> assertThatThrownBy(this::create)
                                .isInstanceOf(BusyException.class)
                                .hasMessageContaining("exists: another process is making or removing"))
                .close();
    }

    @Test
    @Timeout(60)
    void ofManyCreatorsAtOnceOneWins() throws Exception {
        int creators = 6;
        ExecutorService threads = Executors.newFixedThreadPool(creators);
        try {
            for (int round = 0; round < 50; round++) {
                CyclicBarrier start = new CyclicBarrier(creators);
                Callable<Boolean> creator = () -> {
                    start.await();
                    try (Segment segment = create()) {
                        return segment.mappedSize() == 4096;
                    } catch (BusyException e) {
                        return false;
                    }
                };
                int winners = 0;
                for (Future<Boolean> result : threads.invokeAll(
                        IntStream.range(0, creators).mapToObj(i -> creator).toList())) {
                    winners += result.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
                assertThat(Segment.remove(path())).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anOldAttachmentOutlivesTheNameAndANewSegmentIsAnother() {
        Segment old = create();
        old.memory().putLong(0, 1);
        assertThat(old.lockFile().tryHold(0)).isTrue();
        Segment.remove(path());
        Segment fresh = create();

        assertThat(fresh.memory().getLong(0)).isZero();
        assertThat(fresh.lockFile().tryHold(0)).isTrue();
        assertThat(old.memory().getLong(0)).isEqualTo(1);
        assertThat(old.lockFile().inode()).isNotEqualTo(fresh.lockFile().inode());
        assertThat(fresh.lockFile().attachCount()).isEqualTo(1);
        old.close();
        fresh.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0600, 0644, 0666, 0640})
    void theModeIsSetWhateverTheUmask(int mode) throws IOException {
        try (Segment segment = Segment.create(SegmentSpec.named(path(), 1).withMode(mode), Initializer.NOTHING)) {
            assertThat(segment.mode()).isEqualTo(mode);
        }
        assertThat(FileFacts.of(folder.resolve(name)).mode()).isEqualTo(mode);
        assertThat(FileFacts.of(folder.resolve("." + name + ".lock")).mode()).isEqualTo(mode);
        Segment.remove(path());
    }

    @Test
    void removesWhatADeadCreatorLeft() throws IOException {
        long namespace = Creator.current().pidNamespace();
        Files.createFile(folder.resolve(name + ".tmp." + DEAD + namespace + "-1"));
        Files.createFile(folder.resolve("." + name + ".lock"));
        Files.createFile(folder.resolve("other.tmp." + DEAD + namespace + "-2"));
        Files.createFile(folder.resolve(".other.lock"));

        create().close();

        assertThat(files()).containsExactly("." + name + ".lock", name);
    }

    @Test
    void keepsWhatALivingOrUnknownCreatorIsMaking() throws IOException {
        String ours = "a.tmp." + Creator.current().nonce();
        String ofAnotherNamespace = "b.tmp." + DEAD + "1-1";
        String noneOfOurs = "c.tmp.1";
        for (String file : List.of(ours, ofAnotherNamespace, noneOfOurs)) {
            Files.createFile(folder.resolve(file));
        }

        create().close();

        assertThat(files()).contains(ours, ofAnotherNamespace, noneOfOurs);
    }

    @Test
    void keepsTheSegmentOfACreatorThatDiedRightAfterPublishing() throws IOException {
        create().close();
        Path second = folder.resolve(name + ".tmp." + DEAD + Creator.current().pidNamespace() + "-1");
        Files.createLink(second, folder.resolve(name));

        Segment.create(SegmentSpec.named(folder.resolve("other").toString(), 1), Initializer.NOTHING)
                .close();

        assertThat(files()).containsExactlyInAnyOrder("." + name + ".lock", ".other.lock", "other", name);
    }

    @Test
    void takesOverALockFileThatNobodyHolds() throws IOException {
        Files.createFile(folder.resolve("." + name + ".lock"));

        try (Segment segment = create()) {
            assertThat(segment.lockFile().attachCount()).isEqualTo(1);
        }
    }

    @Test
    void replacesALockFileThatIsStillInUse() throws IOException {
        Segment old = create();
        // As a removal leaves it that dies between its two steps.
        Files.delete(folder.resolve(name));

        try (Segment fresh = create()) {
            assertThat(fresh.lockFile().inode()).isNotEqualTo(old.lockFile().inode());
            assertThat(fresh.lockFile().attachCount()).isEqualTo(1);
        }
        old.close();
    }

    @Test
    void doesNotReplaceAFileOfSomebodyElse() throws IOException {
        assertThatThrownBy(() -> Segment.create(SegmentSpec.named(path(), 1), unfinished -> {
                    try {
                        Files.writeString(folder.resolve(name), "mine");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .isInstanceOf(BusyException.class)
                .hasMessageContaining("exists");

        assertThat(files()).containsExactly(name);
        assertThat(Files.readString(folder.resolve(name))).isEqualTo("mine");
    }

    @Test
    void needsAFolder() {
        assertThatThrownBy(() -> Segment.create(SegmentSpec.named(folder + "/none/x", 1), Initializer.NOTHING))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("there is no folder " + folder + "/none");
    }

    @Test
    void aMissingOneIsSaidWithItsNeighbours() {
        create().close();
        String mistyped = path().substring(0, path().length() - 2) + "s";

        assertThatThrownBy(() -> Segment.attach(mistyped, Access.READ_ONLY))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no region '" + mistyped + "': " + mistyped + " does not exist. Near: " + name);
        assertThatThrownBy(() -> Segment.attach(folder + "/quite-another", Access.READ_ONLY))
                .hasMessageEndingWith("/quite-another does not exist");
        assertThatThrownBy(() -> Segment.attach(path() + "/../" + name, Access.READ_ONLY))
                .as("a file in the middle of the path")
                .isInstanceOf(NotFoundException.class)
                .hasMessageEndingWith("/../" + name + " does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "dangling", "fifo", "directory", "empty"})
    @Timeout(30)
    void refusesWhatIsNoRegularFileWithoutWaiting(String what) throws IOException, InterruptedException {
        create().close();
        Path file = folder.resolve(what);
        switch (what) {
            case "link" -> Files.createSymbolicLink(file, folder.resolve(name));
            case "dangling" -> Files.createSymbolicLink(file, folder.resolve("nothing"));
            case "fifo" ->
                assertThat(new ProcessBuilder("mkfifo", file.toString())
                                .inheritIO()
                                .start()
                                .waitFor())
                        .isZero();
            case "directory" -> Files.createDirectory(file);
            default -> Files.createFile(file);
        }
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> Segment.attach(file.toString(), access))
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageStartingWith(file + " is not a shm region (");
        }
        assertThatThrownBy(() -> Segment.remove(file.toString())).isInstanceOf(IncompatibleException.class);
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThatThrownBy(() -> Segment.create(SegmentSpec.named(file.toString(), 1), Initializer.NOTHING))
                .isInstanceOf(BusyException.class);
    }

    @Test
    void doesNotRemoveAFileThatIsNotOurs() throws IOException {
        Path file = Files.write(folder.resolve("x.bin"), new byte[] {0x0a, 0x1f, 8, 0x2e, 0});

        assertThatThrownBy(() -> Segment.remove(file.toString()))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage(file + " is not a shm region (starts 0a 1f 08 2e)");
        assertThat(file).exists();
    }

    @Test
    void aLockFileThatIsALinkIsNotFollowed() throws IOException {
        create().close();
        Path lock = folder.resolve("." + name + ".lock");
        Path victim = Files.createFile(folder.resolve("victim"));
        Files.delete(lock);
        Files.createSymbolicLink(lock, victim);

        assertThatThrownBy(() -> Segment.attach(path(), Access.READ_WRITE))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage(lock + " is a symbolic link, not a lock file");
    }

    @Test
    void withoutItsLockFileNothingIsKnownAndNothingCanBeHeld() throws IOException {
        create().close();
        Files.delete(folder.resolve("." + name + ".lock"));

        try (Segment segment = Segment.attach(path(), Access.READ_WRITE)) {
            LockFile lock = segment.lockFile();
            assertThat(lock.isPresent()).isFalse();
            assertThat(lock.inode()).isZero();
            assertThat(lock.probe(0)).isEqualTo(LockFile.Held.UNKNOWN);
            assertThat(lock.tryHold(0)).isFalse();
            assertThat(lock.attachCount()).isEqualTo(-1);
        }
        assertThat(files()).as("an attachment makes no lock file").containsExactly(name);
    }

    @Test
    void aLookChangesNoByteOfAnyFile() throws IOException {
        create().close();
        Path lock = folder.resolve("." + name + ".lock");
        byte[] before = Files.readAllBytes(lock);
        Segment.attach(path(), Access.READ_ONLY).close();

        assertThat(Files.readAllBytes(lock)).isEqualTo(before);
    }

    @Test
    void aFolderThatMayNotBeWrittenIsSaid() throws IOException {
        assumeFalse(User.current().uid() == 0, "root may write everywhere: OtherUserIT has this");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        assertThatThrownBy(this::create).hasMessageContaining("cannot create " + path());
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
}
