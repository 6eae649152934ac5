package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.error.CorruptRegionException;
import io.shm.error.NoSpaceException;
import io.shm.layout.LockFileLayout;
import io.shm.memory.Posix;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A segment that takes more space; the whole maximum is mapped from the start. */
@ExtendWith(LeavesNothing.class)
class SegmentGrowthTest {
    private static final long SIZE = 64 << 10;
    private static final long MAXIMUM = 8 << 20;
    private static final int KEY = 0x5348_0777;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsCalls() {
        assumeTrue(Posix.isAvailable(), "growth needs JNA");
    }

    private String name() {
        return folder.resolve(LeavesNothing.PREFIX + "grows").toString();
    }

    private SegmentSpec spec(Kind kind) {
        SegmentSpec spec = switch (kind) {
            case NAMED -> SegmentSpec.named(name(), SIZE - 5);
            case ANONYMOUS -> SegmentSpec.anonymous(SIZE - 5);
            case ZERO -> SegmentSpec.zero(SIZE - 5);
            case SYSV -> SegmentSpec.systemV(KEY, SIZE - 5);
        };
        return spec.withMaximum(MAXIMUM - 5);
    }

    private Segment create(Kind kind) {
        return Segment.create(spec(kind), Initializer.NOTHING);
    }

    private static void remove(Segment segment) {
        if (segment.path() != null) {
            Segment.remove(segment.reference());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void thoseWhoAreAttachedAlreadySeeWhatOneTakes(Kind kind) {
        Segment segment = create(kind);
        try (segment;
                Segment other = Segment.attach(segment.reference(), Access.READ_WRITE);
                Segment reader = Segment.attach(segment.reference(), Access.READ_ONLY);
                Segment looker = Segment.look(segment.reference())) {
            for (Segment each : new Segment[] {segment, other, reader, looker}) {
                assertThat(each.mappedSize()).isEqualTo(SIZE);
                assertThat(each.requestedSize()).isEqualTo(SIZE - 5);
            }
            for (Segment each : new Segment[] {segment, other, reader}) {
                assertThat(each.maximumSize()).isEqualTo(MAXIMUM);
                assertThatThrownBy(() -> each.memory().getLong(SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> segment.memory().putLong(SIZE, 1)).isInstanceOf(IndexOutOfBoundsException.class);

            other.takeSpace(SIZE, 2 * SIZE);
            segment.memory().putLong(2 * SIZE - 8, 42);
            assertThat(other.memory().getLong(2 * SIZE - 8)).isEqualTo(42);
            assertThat(reader.memory().getLong(2 * SIZE - 8)).isEqualTo(42);
            looker.follow();
            assertThat(looker.memory().getLong(2 * SIZE - 8)).isEqualTo(42);
            assertThat(looker.mappedSize()).isEqualTo(2 * SIZE);
            assertThat(reader.mappedSize()).isEqualTo(2 * SIZE);
            assertThatThrownBy(() -> reader.memory().putLong(SIZE, 1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> segment.memory().getByte(2 * SIZE)).isInstanceOf(IndexOutOfBoundsException.class);

            // The same once more takes nothing and loses nothing.
            segment.takeSpace(SIZE, 2 * SIZE);
            assertThat(other.memory().getLong(2 * SIZE - 8)).isEqualTo(42);
            segment.takeSpace(2 * SIZE, MAXIMUM);
            assertThat(other.mappedSize()).isEqualTo(MAXIMUM);
            assertThatThrownBy(() -> segment.takeSpace(SIZE, MAXIMUM + 4096))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whose maximum is 8,388,608");
            assertThatThrownBy(() -> reader.takeSpace(SIZE, MAXIMUM)).isInstanceOf(IllegalStateException.class);
            other.memory().fill(0, MAXIMUM, (byte) 1);
            assertThat(segment.byteBuffer(MAXIMUM - 8, 8).get(7)).isEqualTo((byte) 1);
        } finally {
            remove(segment);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoCloseOrIsolateSeeZerosEverywhere(Kind kind) {
        Segment segment = create(kind);
        try (Segment other = Segment.attach(segment.reference(), Access.READ_WRITE)) {
            SharedMemory late = segment.memory();
            segment.takeSpace(SIZE, 2 * SIZE);
            late.putLong(0, 1);
            late.putLong(2 * SIZE - 8, 2);
            SharedMemory own = segment.isolate();
            assertThat(late.getLong(0)).isZero();
            assertThat(late.getLong(2 * SIZE - 8)).isZero();
            assertThat(own.getLong(2 * SIZE - 8)).isEqualTo(2);
            late.putLong(0, 77);
            other.takeSpace(2 * SIZE, 3 * SIZE);
            own.putLong(3 * SIZE - 8, 3);
            assertThat(other.memory().getLong(3 * SIZE - 8)).isEqualTo(3);
            assertThat(other.memory().getLong(0)).isEqualTo(1);

            segment.close();
            other.takeSpace(3 * SIZE, 4 * SIZE);
            assertThat(own.getLong(0)).isZero();
            assertThat(late.getLong(2 * SIZE - 8)).isZero();
            late.putLong(8, 5);
            assertThat(other.memory().getLong(8)).isZero();
            assertThatThrownBy(() -> segment.takeSpace(SIZE, MAXIMUM)).isInstanceOf(IllegalStateException.class);
            assertThat(other.mappedSize()).isEqualTo(4 * SIZE);
        } finally {
            segment.close();
            if (segment.path() != null) {
                Segment.remove(kind == Kind.SYSV ? segment.reference() : name());
            }
        }
    }

    @Test
    void memoryWithoutANameCannotBeShortenedAndKeepsItsDescriptor() throws IOException {
        try (Segment segment = create(Kind.ANONYMOUS)) {
            Path link = Path.of("/proc/self/fd", segment.reference().replaceAll(".*/", ""));
            try (FileChannel channel = FileChannel.open(link, StandardOpenOption.WRITE)) {
                assertThatThrownBy(() -> channel.truncate(4096)).isInstanceOf(IOException.class);
            }
            assertThat(segment.mappedSize()).isEqualTo(SIZE);
            assertThatThrownBy(segment::closeHandOver)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("may grow");
            segment.takeSpace(SIZE, 2 * SIZE);
        }
    }

    @Test
    void aFileThatIsShortenedUnderItIsSaidToBe() throws IOException {
        try (Segment segment = create(Kind.NAMED)) {
            segment.takeSpace(SIZE, 2 * SIZE);
            segment.memory().putLong(2 * SIZE - 8, 1);
            try (FileChannel channel = FileChannel.open(Path.of(name()), StandardOpenOption.WRITE)) {
                channel.truncate(SIZE);
            }
            assertThatThrownBy(() -> segment.memory().getLong(3 * SIZE))
                    .isInstanceOf(CorruptRegionException.class)
                    .hasMessageContaining("was truncated: it had 131,072 bytes and has 65,536");
            assertThatThrownBy(() -> segment.takeSpace(SIZE, 2 * SIZE)).isInstanceOf(CorruptRegionException.class);
        } finally {
            Segment.remove(name());
        }
    }

    @Test
    void aFileThatWasOnlyMadeLongerGetsItsSpace() throws IOException {
        try (Segment segment = create(Kind.NAMED)) {
            try (FileChannel channel = FileChannel.open(Path.of(name()), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), 2 * SIZE - 1);
            }
            long blocks = blocksOf(name());
            segment.takeSpace(SIZE, 2 * SIZE);
            assertThat(blocksOf(name())).isGreaterThan(blocks);
            assertThat(segment.mappedSize()).isEqualTo(2 * SIZE);
        } finally {
            Segment.remove(name());
        }
    }

    private static long blocksOf(String file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file).start();
        String answer = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        stat.onExit().join();
        return Long.parseLong(answer.strip());
    }

    @Test
    void moreThanTheMemoryThatIsThereIsRefused() throws IOException {
        assumeTrue(Space.availableBytes() > 0, "the system does not tell");
        long huge = Space.availableBytes() * 2 & -4096;
        Path memory = SegmentPath.MEMORY_FOLDER;
        String inMemory = memory.resolve(LeavesNothing.PREFIX + "huge").toString();
        try (Segment segment =
                Segment.create(SegmentSpec.named(inMemory, SIZE).withMaximum(huge), Initializer.NOTHING)) {
            assertThatThrownBy(() -> segment.takeSpace(SIZE, huge))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("80 % of the available memory");
            assertThat(segment.mappedSize()).isEqualTo(SIZE);
            assertThat(Files.size(Path.of(inMemory))).isEqualTo(SIZE);
        } finally {
            Segment.remove(inMemory);
        }
    }

    @Test
    void aCopyIsAsLongAsItIs() throws IOException {
        Path copy = folder.resolve("copy");
        try (Segment segment = create(Kind.NAMED)) {
            segment.takeSpace(SIZE, 2 * SIZE);
            segment.memory().putLong(2 * SIZE - 8, 9);
            Files.copy(Path.of(name()), copy);
        } finally {
            Segment.remove(name());
        }
        try (Segment looked = Segment.look(copy.toString())) {
            assertThat(looked.mappedSize()).isEqualTo(2 * SIZE);
            assertThat(looked.memory().getLong(2 * SIZE - 8)).isEqualTo(9);
            looked.follow();
        }
        Files.delete(copy);
    }

    @Test
    void aLookOutlivesTheName() {
        Segment looker;
        try (Segment segment = create(Kind.NAMED)) {
            looker = Segment.look(name());
            Segment.remove(name());
            segment.takeSpace(SIZE, 2 * SIZE);
            segment.memory().putLong(2 * SIZE - 8, 4);
            looker.follow();
            assertThat(looker.memory().getLong(2 * SIZE - 8)).isEqualTo(4);
        }
        looker.close();
    }

    /** Whatever the lock file says, what is mapped and touched is no more than there is. */
    @Test
    void anyMaximumInTheLockFileIsSafe() throws IOException {
        create(Kind.NAMED).close();
        Path lockFile = folder.resolve("." + Path.of(name()).getFileName() + ".lock");
        long[] maxima = {-1, 0, 1, 4096, SIZE, SIZE + 1, 1L << 46, (1L << 46) + 1, Long.MIN_VALUE, Long.MAX_VALUE};
        for (long maximum : maxima) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(0, maximum);
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
                channel.write(bytes, LockFileLayout.MAXIMUM_SIZE_OFFSET);
            }
            for (Access access : Access.values()) {
                try (Segment segment = Segment.attach(name(), access)) {
                    assertThat(segment.mappedSize()).as("%s", maximum).isEqualTo(SIZE);
                    assertThat(segment.memory().getLong(SIZE - 8)).isZero();
                    assertThatThrownBy(() -> segment.memory().getLong(SIZE))
                            .isInstanceOf(IndexOutOfBoundsException.class);
                } catch (io.shm.error.ShmException e) {
                    // 64 TB are more than some machines map.
                    assertThat(maximum).isEqualTo(1L << 46);
                    assertThat(e).hasMessageContaining("mmap");
                }
            }
        }
        Segment.remove(name());
    }
}
