package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of segment between real processes. */
@ExtendWith(LeavesNothing.class)
@Timeout(120)
class SharedBytesIT {
    private static final int KEY = 0x7e580000 + (int) (ProcessHandle.current().pid() & 0xffff);

    static SegmentSpec spec(Kind kind, long size) {
        return switch (kind) {
            case NAMED -> SegmentSpec.named(LeavesNothing.PREFIX + "bytes", size);
            case ANONYMOUS -> SegmentSpec.anonymous(size);
            case ZERO -> SegmentSpec.zero(size);
            case SYSV -> SegmentSpec.systemV(KEY, size);
        };
    }

    static void remove(Kind kind) {
        switch (kind) {
            case NAMED -> Segment.remove(LeavesNothing.PREFIX + "bytes");
            case SYSV -> Segment.remove("sysv:" + KEY);
            case ANONYMOUS, ZERO -> {}
        }
    }

    @ParameterizedTest
    @EnumSource
    void parentAndChildSeeEachOthersBytes(Kind kind) throws Exception {
        try (Segment parent = Segment.create(spec(kind, 100_000), Initializer.NOTHING);
                ChildJvm child = ChildJvm.start()) {
            parent.memory().putLong(8, 42);
            assertThat(child.ask("attach " + parent.reference() + " READ_WRITE"))
                    .doesNotStartWith("!");
            assertThat(child.ask("kind")).isEqualTo(kind.name());
            assertThat(child.ask("get 0")).isEqualTo("0");
            assertThat(child.ask("get 8")).isEqualTo("42");
            assertThat(child.ask("put 99992 43")).isEqualTo("ok");

            assertThat(parent.memory().getLong(99992)).isEqualTo(43);
            assertThat(parent.lockFile().attachCount()).isEqualTo(2);
        } finally {
            remove(kind);
        }
    }

    @ParameterizedTest
    @EnumSource
    void parentAttachesWhatItsChildMade(Kind kind) throws Exception {
        try (ChildJvm child = ChildJvm.start()) {
            String name = kind == Kind.SYSV ? Integer.toString(KEY) : LeavesNothing.PREFIX + "bytes";
            String reference = child.ask("create " + kind + " " + name + " 4096");
            child.ask("put 0 7");
            try (Segment parent = Segment.attach(reference, Access.READ_ONLY)) {
                assertThat(parent.memory().getLong(0)).isEqualTo(7);
            }
        } finally {
            remove(kind);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKilledProcessIsNoLongerAttached(Kind kind) throws Exception {
        try (Segment parent = Segment.create(spec(kind, 4096), Initializer.NOTHING);
                ChildJvm child = ChildJvm.start()) {
            child.ask("attach " + parent.reference() + " READ_WRITE");
            assertThat(child.ask("hold 5")).isEqualTo("true");
            child.ask("put 0 9");
            assertThat(parent.lockFile().probe(5)).isEqualTo(LockFile.Held.HELD);
            assertThat(parent.lockFile().tryHold(5)).isFalse();

            child.kill();

            assertThat(parent.lockFile().probe(5)).isEqualTo(LockFile.Held.FREE);
            assertThat(parent.lockFile().tryHold(5)).isTrue();
            assertThat(parent.lockFile().attachCount()).isEqualTo(1);
            assertThat(parent.memory().getLong(0)).as("its stores stay").isEqualTo(9);
        } finally {
            remove(kind);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ANONYMOUS", "ZERO"})
    void memoryWithoutANameHasNoFileAndGoesWithItsLastProcess(Kind kind) throws Exception {
        Set<String> before = sharedFolder();
        try (ChildJvm creator = ChildJvm.start();
                ChildJvm other = ChildJvm.start()) {
            String reference = creator.ask("create " + kind + " - 1000000");
            assertThat(reference).startsWith("pid:" + creator.pid() + "/");
            String target = Files.readSymbolicLink(Path.of(
                            "/proc/" + reference.substring("pid:".length()).replace("/", "/fd/")))
                    .toString();
            Set<String> added = sharedFolder();
            added.removeAll(before);
            assertThat(added).noneMatch(name -> name.contains("shm."));
            String second = other.ask("attach " + reference + " READ_WRITE");
            other.ask("put 0 3");

            creator.kill();

            assertThat(holdersOf(target)).as("still there").containsExactly(other.pid());
            try (ChildJvm third = ChildJvm.start()) {
                assertThat(third.ask("attach " + second + " READ_WRITE")).doesNotStartWith("!");
                assertThat(third.ask("get 0")).isEqualTo("3");
            }
            other.kill();
            assertThat(holdersOf(target)).as("gone").isEmpty();
        }
    }

    private static Set<String> sharedFolder() throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(SegmentPath.MEMORY_FOLDER)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    /** The name of such memory is random: who has it open or mapped has that memory. */
    private static Set<Long> holdersOf(String target) throws IOException {
        Set<Long> pids = new HashSet<>();
        MachineSegments.sharedMaps().stream()
                .filter(map -> map.path().equals(target))
                .forEach(map -> pids.addAll(map.pids()));
        for (long pid :
                ProcessHandle.allProcesses().mapToLong(ProcessHandle::pid).toArray()) {
            try {
                if (ProcessFiles.regionsOf(pid).stream()
                        .anyMatch(file -> file.target().equals(target))) {
                    pids.add(pid);
                }
            } catch (IOException e) {
                // Ended meanwhile.
            }
        }
        return pids;
    }
}
