package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a region in use is a region. */
class SnapshotTest {
    private static final Site SITE = Site.here("work");
    private static final Tag PACKET = Tag.of("packet");

    @TempDir
    Path folder;

    private Region region(int size) {
        return Region.create(RegionOptions.named(folder.resolve("orders").toString())
                .size(size)
                .pool("packet", 64, 100)
                .processName("gateway"));
    }

    private Path snapshot() {
        Path copy = folder.resolve("copy.shm");
        try (Inspector inspector = Inspector.open(folder.resolve("orders").toString())) {
            inspector.snapshot(copy);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return copy;
    }

    private static List<BlockRow> blocks(Path region) {
        List<BlockRow> rows = new ArrayList<>();
        try (Inspector inspector = Inspector.open(region.toString())) {
            inspector.blocks(row -> true, rows::add);
        }
        return rows;
    }

    @Test
    void hasEveryBlockWithItsRecordAndItsBytes() throws IOException {
        try (Region region = region(8 << 20)) {
            Block small = region.allocate(50, PACKET, SITE);
            Block large = region.allocate(3_000_000, Tag.GENERAL, SITE);
            small.putLong(0, 42);
            large.putLong(2_999_992, 43);

            Path copy = snapshot();

            assertThat(blocks(copy)).extracting(BlockRow::handle).containsExactly(small.handle(), large.handle());
            BlockRow row = blocks(copy).get(0);
            assertThat(row.site().method()).isEqualTo("work");
            assertThat(row.tag()).isEqualTo("packet");
            assertThat(row.owner().name()).isEqualTo("gateway");
            assertThat(row.owner().state()).isEqualTo(Liveness.UNKNOWN);
            try (Inspector inspector = Inspector.open(copy.toString())) {
                assertThat(inspector.payload(small.offset(), 1)).containsExactly(42);
                assertThat(inspector.payload(large.offset() + 2_999_992, 1)).containsExactly(43);
                assertThat(inspector.identity().copy()).isTrue();
                assertThat(inspector.picture().accounts().total()).isEqualTo(Files.size(copy));
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void leavesSecretsOut() throws IOException {
        byte[] password = "correct horse battery staple".getBytes(StandardCharsets.US_ASCII);
        try (Region region = region(8 << 20)) {
            for (long size : new long[] {password.length, 40_000, 3_000_000}) {
                Block secret = region.allocate(BlockSpec.of(size).secret());
                secret.putBytes(size - password.length, password, 0, password.length);
            }
            Path copy = snapshot();
            assertThat(indexOf(Files.readAllBytes(copy), password)).isNegative();
            assertThat(blocks(copy)).hasSize(3).allMatch(BlockRow::secret);
        }
    }

    private static int indexOf(byte[] text, byte[] wanted) {
        for (int i = 0; i <= text.length - wanted.length; i++) {
            if (text[i] == wanted[0] && Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void addsUpAlthoughOthersNeverHoldStill() throws Exception {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("SnapshotTest -Dshm.seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        AtomicBoolean stop = new AtomicBoolean();
        try (Region region = region(8 << 20)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(seed + i);
                workers.add(threads.submit(() -> work(region, random, stop)));
            }
            for (int i = 0; i < 20; i++) {
                Path copy = snapshot();
                try (Inspector inspector = Inspector.open(copy.toString())) {
                    Picture picture = inspector.picture();
                    assertThat(picture.accounts().total()).isEqualTo(8 << 20);
                    assertThat(picture.damaged()).isZero();
                    assertThat(picture.moved()).isZero();
                }
                assertThat(blocks(copy)).allSatisfy(row -> {
                    assertThat(row.site().method()).isEqualTo("work");
                    assertThat(row.owner()).isNotNull();
                });
            }
            stop.set(true);
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            stop.set(true);
            threads.shutdown();
        }
    }

    private static void work(Region region, Random random, AtomicBoolean stop) {
        Deque<Block> held = new ArrayDeque<>();
        while (!stop.get()) {
            if (held.size() < 50 && random.nextBoolean()) {
                long size = random.nextInt(8) == 0 ? 1 + random.nextInt(200_000) : 1 + random.nextInt(2000);
                Block block = region.tryAllocate(size, random.nextBoolean() ? PACKET : Tag.GENERAL, SITE);
                if (block != null) {
                    held.add(block);
                }
            } else if (!held.isEmpty()) {
                held.poll().free();
            }
        }
        held.forEach(Block::free);
    }

    @Test
    void leavesNothingBehindWhereItCannotBeWritten() throws IOException {
        try (Region region = region(8 << 20);
                Inspector inspector = Inspector.open(region.reference())) {
            Path nowhere = folder.resolve("no-such-folder").resolve("copy");
            assertThatThrownBy(() -> inspector.snapshot(nowhere)).isInstanceOf(IOException.class);
            try (var files = Files.list(folder)) {
                assertThat(files)
                        .allMatch(file -> !file.getFileName().toString().contains(".tmp."));
            }
        }
    }
}
