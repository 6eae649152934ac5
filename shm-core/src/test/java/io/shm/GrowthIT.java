package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.error.IncompatibleException;
import io.shm.error.NoSpaceException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.layout.HeaderLayout;
import io.shm.ledger.Site;
import io.shm.memory.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Regions that grow, in real processes. */
@ExtendWith(RegionTraces.class)
@Timeout(300)
class GrowthIT {
    private static final long SIZE = 8L << 20;
    private static final long MAXIMUM = 96L << 20;
    private static final int ROUNDS = Integer.getInteger("shm.kills", 6);
    private static final Site SITE = Site.here();

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    GrowthIT() {
        System.out.println("GrowthIT -Dshm.seed=" + seed);
    }

    @BeforeEach
    void needsCalls() {
        assumeTrue(Posix.isAvailable(), "growth needs JNA");
    }

    private static RegionOptions options(String name) {
        return RegionOptions.named(name).size(SIZE).maximumSize(MAXIMUM);
    }

    private static void assertAddsUp(Picture picture) {
        assertThat(picture.accounts().total()).isEqualTo(picture.identity().mapped());
        assertThat(picture.damaged()).isZero();
        assertThat(picture.identity().mapped()).isLessThanOrEqualTo(MAXIMUM);
    }

    @Test
    void whatOneHasTakenIsSeenAndUsedByThoseWhoAttachedBefore() throws Exception {
        String name = RegionTraces.name("grows");
        try (Region region = Region.create(options(name));
                RegionProcess child = new RegionProcess(name, "child");
                Region reader = Region.attachReadOnly(name);
                Inspector inspector = Inspector.open(name)) {
            assertThat(region.mappedSize()).isEqualTo(SIZE);
            assertThat(region.maximumSize()).isEqualTo(MAXIMUM);
            assertThat(inspector.identity().mapped()).isEqualTo(SIZE);
            assertThat(inspector.identity().maximum()).isEqualTo(MAXIMUM);

            List<Block> blocks = new ArrayList<>();
            Block far;
            do {
                far = region.allocate(50_000, SITE);
                blocks.add(far);
            } while (far.offset() < SIZE);
            assertThat(region.mappedSize()).isGreaterThan(far.offset() + 50_000);
            far.fill((byte) 11);
            assertThat(child.ask("read " + far.handle() + " 49999")).isEqualTo("11");
            assertThat(reader.resolve(far.handle()).getByte(49_999)).isEqualTo((byte) 11);
            assertThat(inspector.blockAt(far.offset()).orElseThrow().size()).isEqualTo(50_000);
            assertThat(inspector.identity().mapped()).isEqualTo(region.mappedSize());
            assertAddsUp(inspector.picture());

            // More than is there, and more than a step.
            long handle = Long.parseLong(child.ask("hold 40000000 12"));
            assertThat(region.mappedSize()).isGreaterThan(40_000_000);
            assertThat(region.resolve(handle).getByte(39_999_999)).isEqualTo((byte) 12);
            assertThat(region.resolve(handle).bytes().readByte(39_999_999)).isEqualTo((byte) 12);
            assertAddsUp(inspector.picture());

            Path copy = folder.resolve("copy");
            Files.copy(Path.of("/dev/shm", name), copy);
            try (Inspector copied = Inspector.open(copy.toString())) {
                Picture picture = copied.picture();
                assertAddsUp(picture);
                assertThat(picture.blocks()).isEqualTo(blocks.size() + 1);
            }
            assertThat(child.ask("free " + handle)).doesNotContain("Exception");
            assertThat(child.end()).isZero();
            blocks.forEach(Block::free);
            long grown = region.mappedSize();
            assertThat(region.allocate(40_000_000, SITE).size()).isEqualTo(40_000_000);
            assertThat(region.mappedSize()).as("what is free is used first").isEqualTo(grown);
        } finally {
            Region.remove(name, true);
        }
    }

    @Test
    void memoryWithoutANameGrowsToo() throws Exception {
        try (Region region = Region.create(RegionOptions.anonymous().size(SIZE).maximumSize(MAXIMUM));
                RegionProcess child = new RegionProcess(region.reference(), "child")) {
            long handle = Long.parseLong(child.ask("hold 40000000 12"));
            assertThat(region.resolve(handle).getByte(39_999_999)).isEqualTo((byte) 12);
            assertThat(region.allocate(30_000_000).size()).isEqualTo(30_000_000);
            try (Inspector inspector = Inspector.open(region.reference())) {
                assertAddsUp(inspector.picture());
            }
            assertThat(child.end()).isZero();
        }
    }

    @Test
    void processesThatGrowAreKilledAndTheBooksAddUp() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            String name = RegionTraces.name("killed-" + round);
            try (Region region = Region.create(options(name));
                    Inspector inspector = Inspector.open(name);
                    RegionProcess survivor = new RegionProcess(name, "survivor");
                    RegionProcess victim = new RegionProcess(name, "victim")) {
                CompletableFuture<String> growing = survivor.send("fill " + (2000 + random.nextInt(30_000)));
                victim.tell("fill " + (1 + random.nextInt(100_000)));
                long until = random.nextLong(SIZE, MAXIMUM / 2);
                while (region.mappedSize() < until) {
                    assertAddsUp(inspector.picture());
                    assertThat(inspector.verify().broken()).isEmpty();
                }
                victim.kill();
                assertAddsUp(inspector.picture());
                assertThat(Long.parseLong(growing.join())).isPositive();
                // What is counted below stays as it is only once the dead one's blocks are free, whoever frees them.
                while (inspector.picture().processes().size() > 2) {
                    region.reapDead();
                }
                // To the last byte that the maximum allows.
                for (long size : new long[] {60_000, 1000}) {
                    while (region.tryAllocate(size) != null) {
                        assertThat(region.mappedSize()).isLessThanOrEqualTo(MAXIMUM);
                    }
                }
                assertThat(catchThrowable(() -> region.allocate(60_000)))
                        .isInstanceOf(OutOfSharedMemoryException.class)
                        .hasMessageContaining("the region does not grow: its maximum is 100,663,296 bytes");
                Picture picture = inspector.picture();
                assertAddsUp(picture);
                assertThat(picture.identity().mapped()).isGreaterThan(MAXIMUM - (1 << 16));
                assertThat(inspector.verify().broken()).isEmpty();
                Path copy = folder.resolve("copy");
                inspector.snapshot(copy);
                try (Inspector copied = Inspector.open(copy.toString())) {
                    assertAddsUp(copied.picture());
                    assertThat(copied.picture().blocks()).isEqualTo(picture.blocks());
                }
                assertThat(survivor.ask("live")).isEqualTo("true");
                assertThat(survivor.end()).isZero();
            } finally {
                Region.remove(name, true);
            }
        }
    }

    @Test
    void aFullFileSystemIsARefusalAndNobodyDies() throws Exception {
        assumeTrue(Posix.effectiveUser() == 0, "only root can mount a small file system");
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", small.toString()) == 0, "cannot mount here");
        try {
            String name = small.resolve("orders").toString();
            String second = small.resolve("second").toString();
            assertThatThrownBy(() -> Region.create(
                            RegionOptions.named(name).size(17 << 20).maximumSize(MAXIMUM)))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("no space for " + name);
            assertThat(filesIn(small)).isZero();
            Files.write(small.resolve("filling"), new byte[1 << 20]);
            try (Region region = Region.create(
                            RegionOptions.named(name).size(4 << 20).maximumSize(MAXIMUM));
                    RegionProcess child = new RegionProcess(name, "child");
                    Inspector inspector = Inspector.open(name)) {
                List<Block> blocks = new ArrayList<>();
                try (Region other = Region.create(
                                RegionOptions.named(second).size(4 << 20).maximumSize(MAXIMUM));
                        RegionProcess sibling = new RegionProcess(second, "sibling");
                        Inspector secondInspector = Inspector.open(second)) {
                    // Two regions and four processes take what there is.
                    CompletableFuture<String> a = child.send("fill 3000");
                    CompletableFuture<String> b = sibling.send("fill 20000");
                    for (Block block = region.tryAllocate(1000); block != null; block = region.tryAllocate(1000)) {
                        block.fill((byte) 3);
                        blocks.add(block);
                        Block elsewhere = other.tryAllocate(1000);
                        if (elsewhere != null) {
                            elsewhere.fill((byte) 4);
                        }
                    }
                    assertThat(Long.parseLong(a.join())).isPositive();
                    assertThat(Long.parseLong(b.join())).isPositive();
                    while (region.tryAllocate(1000) != null) {
                        assertThat(region.mappedSize()).isLessThan(16 << 20);
                    }
                    assertThat(catchThrowable(() -> region.allocate(200_000, SITE)))
                            .isInstanceOf(OutOfSharedMemoryException.class)
                            .hasMessageContaining("; the region does not grow: no space for " + name)
                            .hasMessageContaining("tmpfs has ");
                    assertAddsUp(inspector.picture());
                    assertAddsUp(secondInspector.picture());
                    assertThat(region.mappedSize() + other.mappedSize()).isLessThanOrEqualTo(16 << 20);
                    assertThatThrownBy(() -> Region.create(
                                    RegionOptions.named(small.resolve("third").toString())
                                            .size(4 << 20)))
                            .isInstanceOf(NoSpaceException.class);
                    assertThat(filesIn(small))
                            .as("a file, two regions and their lock files")
                            .isEqualTo(5);
                    assertThat(child.ask("live")).isEqualTo("true");
                    assertThat(sibling.ask("live")).isEqualTo("true");
                    for (Block block : blocks) {
                        assertThat(block.getByte(999)).isEqualTo((byte) 3);
                    }

                    assertThat(sibling.end()).isZero();
                } finally {
                    Region.remove(second, true);
                }
                // Room that somebody else has given back is room here.
                Files.delete(small.resolve("filling"));
                long before = region.mappedSize();
                assertThat(region.allocate(200_000, SITE).size()).isEqualTo(200_000);
                assertThat(region.mappedSize()).isGreaterThan(before);
                assertAddsUp(inspector.picture());
                assertThat(child.end()).isZero();
            } finally {
                Region.remove(name, true);
            }
        } finally {
            // What was looked at stays mapped until it is collected.
            run("umount", "-l", small.toString());
        }
    }

    private static long filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aFileThatWasShortenedOrAHeaderThatLiesIsRefusedInWords() throws IOException {
        String name = folder.resolve("orders").toString();
        try (Region region = Region.create(RegionOptions.named(name).size(SIZE).maximumSize(MAXIMUM))) {
            region.allocate(20_000_000, SITE);
        }
        long length = Files.size(Path.of(name));
        long count = field(name, HeaderLayout.SLAB_COUNT_OFFSET);
        for (long damaged : new long[] {-1, 0, 1, Long.MAX_VALUE, 1 << 20, count - 1}) {
            put(name, HeaderLayout.SLAB_COUNT_OFFSET, damaged);
            try (Region region = Region.attach(name);
                    Inspector inspector = Inspector.open(name)) {
                assertThat(inspector.picture().accounts().total()).isEqualTo(region.mappedSize());
                assertThat(region.allocate(100).size()).isEqualTo(100);
                assertThat(inspector.picture().accounts().total()).isEqualTo(region.mappedSize());
            }
        }
        put(name, HeaderLayout.SLAB_COUNT_OFFSET, count + 1);
        assertRefused(name, "is truncated: it has grown to");
        put(name, HeaderLayout.SLAB_COUNT_OFFSET, count);
        try (FileChannel channel = FileChannel.open(Path.of(name), StandardOpenOption.WRITE)) {
            channel.truncate(length - (1 << 16));
        }
        assertRefused(name, "is truncated: it has grown to");
        try (FileChannel channel = FileChannel.open(Path.of(name), StandardOpenOption.WRITE)) {
            channel.truncate(SIZE - 1);
        }
        assertRefused(name, "is truncated: header says 8,388,608 bytes");
        put(name, HeaderLayout.MAXIMUM_SIZE_OFFSET, 1L << 40);
        assertThatThrownBy(() -> Region.attach(name)).hasMessageContaining("does not match its checksum");
        Region.remove(name, true);
    }

    private static void assertRefused(String name, String words) {
        assertThatThrownBy(() -> Region.attach(name))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining(words);
        assertThatThrownBy(() -> Inspector.open(name))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining(words);
        assertThat(Inspector.list(Path.of(name).getParent()))
                .singleElement()
                .satisfies(row -> assertThat(row.problem()).contains(words));
    }

    private static long field(String name, long offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(Path.of(name), StandardOpenOption.READ)) {
            channel.read(bytes, offset);
        }
        return bytes.getLong(0);
    }

    private static void put(String name, long offset, long value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, value);
        try (FileChannel channel = FileChannel.open(Path.of(name), StandardOpenOption.WRITE)) {
            channel.write(bytes, offset);
        }
    }
}
