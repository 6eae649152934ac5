package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.error.NoSpaceException;
import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Little space, and a lot of it. */
@ExtendWith(LeavesNothing.class)
@Timeout(180)
class SpaceIT {
    private static final long LARGE = 2_362_232_013L;

    @TempDir
    private Path folder;

    @Test
    void aFullFileSystemIsSaidWithFiguresAndNothingIsLeft() throws Exception {
        assumeTrue(Posix.effectiveUser() == 0, "only root can mount a small file system");
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", small.toString()) == 0, "cannot mount here");
        try {
            Path path = small.resolve("orders");
            assertThatThrownBy(() -> Segment.create(SegmentSpec.named(path.toString(), 64 << 20), Initializer.NOTHING))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessage("no space for " + path
                            + ": 67,108,864 bytes asked, tmpfs has 16,777,216 free of 16,777,216");
            assertEmpty(small);

            fill(small);
            assertThatThrownBy(() -> Segment.create(SegmentSpec.named(path.toString(), 4096), Initializer.NOTHING))
                    .as("not even a page")
                    .isInstanceOf(NoSpaceException.class);
            Files.delete(small.resolve("filling"));
            assertEmpty(small);

            try (Segment segment = Segment.create(SegmentSpec.named(path.toString(), 15 << 20), Initializer.NOTHING)) {
                fillTheRest(small);
                segment.memory().fill(0, segment.mappedSize(), (byte) 1);
            }
        } finally {
            run("umount", small.toString());
        }
    }

    private static void fill(Path small) throws IOException {
        Files.write(small.resolve("filling"), new byte[16 << 20]);
    }

    /** After this every store to a page that was not taken in advance would be a SIGBUS. */
    private static void fillTheRest(Path small) {
        try {
            Files.write(small.resolve("filling"), new byte[16 << 20]);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static void assertEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aLookFollowsGrowthBeyondTwoGigabytes() throws Exception {
        assumeTrue(Space.availableBytes() > 2 * LARGE, "too little memory available");
        String name = LeavesNothing.PREFIX + "growing";
        assumeTrue(Files.getFileStore(SegmentPath.MEMORY_FOLDER).getUsableSpace() > LARGE, "too small a /dev/shm");
        SegmentSpec spec = SegmentSpec.named(name, 1 << 20).withMaximum(2 * LARGE);
        try (Segment segment = Segment.create(spec, Initializer.NOTHING);
                Segment looker = Segment.look(name)) {
            segment.takeSpace(1 << 20, LARGE);
            long last = (segment.mappedSize() & -4096) - 8;
            segment.memory().putLong(last, 42);
            looker.follow();
            assertThat(looker.memory().getLong(last)).isEqualTo(42);
            assertThat(looker.mappedSize()).isEqualTo(segment.mappedSize());
        } finally {
            Segment.remove(name);
        }
    }

    @Test
    void aSegmentAboveTwoGigabytesIsUsedToItsLastByte() throws Exception {
        assumeTrue(Space.availableBytes() > 2 * LARGE, "too little memory available");
        String name = LeavesNothing.PREFIX + "large";
        assumeTrue(Files.getFileStore(SegmentPath.MEMORY_FOLDER).getUsableSpace() > LARGE, "too small a /dev/shm");
        try (Segment segment = Segment.create(SegmentSpec.named(name, LARGE), Initializer.NOTHING);
                Segment reader = Segment.attach(name, Access.READ_ONLY);
                ChildJvm child = ChildJvm.start()) {
            long last = segment.mappedSize() - 8;
            segment.memory().putLong(last, 42);

            assertThat(reader.memory().getLong(last)).isEqualTo(42);
            assertThat(reader.byteBuffer(last, 8).getLong()).isEqualTo(42);
            assertThat(segment.requestedSize()).isEqualTo(LARGE);
            child.ask("attach " + name + " READ_WRITE");
            assertThat(child.ask("get " + last)).isEqualTo("42");
        } finally {
            Segment.remove(name);
        }
    }
}
