package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BudgetExceededException;
import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.inspect.Accounts;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.TagRow;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import io.shm.segment.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.openhft.chronicle.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegionTest {
    private static final Site SITE = Site.here();
    private static final Tag PACKET = Tag.of("packet");
    private static final String NAME = "region-test-" + ProcessHandle.current().pid();

    @AfterEach
    void leavesNothing() {
        if (Inspector.list(java.nio.file.Path.of("/dev/shm")).stream()
                .anyMatch(r -> r.name().equals(NAME))) {
            Region.remove(NAME, true);
        }
    }

    private static Region small() {
        return Region.create(RegionOptions.named(NAME).size(4 << 20));
    }

    private static Picture picture() {
        try (Inspector inspector = Inspector.open(NAME)) {
            return inspector.picture();
        }
    }

    private static List<BlockRow> blocks() {
        List<BlockRow> rows = new ArrayList<>();
        try (Inspector inspector = Inspector.open(NAME)) {
            inspector.blocks(row -> !row.state().equals("free"), rows::add);
        }
        return rows;
    }

    @Test
    void allocatesWritesAndFreesWithItsRecordInView() {
        try (Region region = small()) {
            Block block = region.allocate(100, PACKET, SITE);
            block.putLong(0, 42);

            BlockRow row = blocks().get(0);
            assertThat(row.size()).isEqualTo(100);
            assertThat(row.realSize()).isEqualTo(112);
            assertThat(row.tag()).isEqualTo("packet");
            assertThat(row.site().line()).isEqualTo(SITE.line());
            assertThat(row.owner().pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(row.offset()).isEqualTo(block.offset());
            assertThat(region.resolve(block.handle()).getLong(0)).isEqualTo(42);

            block.free();
            assertThat(blocks()).isEmpty();
        }
    }

    @Test
    void findsTheCallersLineWithoutASite() {
        try (Region region = small()) {
            region.allocate(1);
            assertThat(blocks().get(0).site().toString())
                    .startsWith("io.shm.RegionTest.findsTheCallersLineWithoutASite(RegionTest.java:");
        }
    }

    @Test
    void accountsAddUpThroughRandomWork() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("RegionTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        try (Region region = Region.create(
                RegionOptions.named(NAME).size(16 << 20).pool("packet", 64, 100).pool(500, 10))) {
            List<Block> live = new ArrayList<>();
            long bytes = 0;
            for (int i = 0; i < 20_000; i++) {
                if (live.isEmpty() || random.nextInt(100) < 52) {
                    long size = 1L + (random.nextInt(20) == 0 ? random.nextInt(300_000) : random.nextInt(2000));
                    Block block = region.tryAllocate(BlockSpec.of(size)
                            .tag(random.nextBoolean() ? PACKET : Tag.GENERAL)
                            .site(SITE)
                            .alignment(1 << random.nextInt(13)));
                    if (block != null) {
                        assertThat(block.capacity()).isGreaterThanOrEqualTo(size);
                        block.putByte(size - 1, (byte) 1);
                        live.add(block);
                        bytes += size;
                    }
                } else {
                    Block block = live.remove(random.nextInt(live.size()));
                    bytes -= block.size();
                    block.free();
                }
                if (i % 1000 == 0) {
                    Picture picture = picture();
                    Accounts accounts = picture.accounts();
                    assertThat(accounts.total()).isEqualTo(16 << 20);
                    assertThat(accounts.live()).isEqualTo(bytes);
                    assertThat(picture.blocks()).isEqualTo(live.size());
                    assertThat(picture.damaged()).isZero();
                }
            }
            live.forEach(Block::free);
            Accounts accounts = picture().accounts();
            assertThat(accounts.live()).isZero();
            assertThat(accounts.slack()).isZero();
            assertThat(accounts.total()).isEqualTo(16 << 20);
        }
    }

    @Test
    void refusesASecondFreeAndNamesBothEnds() {
        try (Region region = small()) {
            Block block = region.allocate(40, SITE);
            long handle = block.handle();
            Block again = region.resolve(handle);
            block.free(SITE);
            assertThatThrownBy(again::free)
                    .isInstanceOf(StaleHandleException.class)
                    .hasMessageContaining("double free")
                    .hasMessageContaining("40 bytes")
                    .hasMessageContaining(SITE.toString());
            assertThatThrownBy(() -> region.resolve(handle)).isInstanceOf(StaleHandleException.class);
            assertThatThrownBy(() -> region.resolve(-1L)).isInstanceOf(StaleHandleException.class);
            assertThatThrownBy(() -> region.resolve(0)).isInstanceOf(StaleHandleException.class);
            region.free((Block) null);
        }
    }

    @Test
    void peaksAreThoseOfTheirTag() {
        try (Region region = small()) {
            List<Block> packets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                packets.add(region.allocate(100, PACKET, SITE));
            }
            packets.forEach(Block::free);
            region.allocate(50, SITE);
        }
        Picture picture = picture();
        TagRow packet = picture.tags().stream()
                .filter(t -> t.name().equals("packet"))
                .findAny()
                .orElseThrow();
        assertThat(packet.totals().peakBlocks()).isEqualTo(3);
        assertThat(packet.totals().peakBytes()).isEqualTo(300);
        assertThat(packet.blocks()).isZero();
        TagRow general = picture.tags().stream()
                .filter(t -> t.name().isEmpty())
                .findAny()
                .orElseThrow();
        assertThat(general.totals().peakBlocks()).isEqualTo(1);
        assertThat(general.totals().peakBytes()).isEqualTo(50);
    }

    @Test
    void aSiteInAConstantHasANameOfItsOwn() {
        assertThat(Site.here("receive").toString()).startsWith("io.shm.RegionTest.receive(RegionTest.java:");
    }

    @Test
    void poolsHaveExactCapacities() {
        try (Region region = Region.create(RegionOptions.named(NAME)
                .size(16 << 20)
                .pool(64, 1000)
                .pool(128, 500)
                .whenPoolIsEmpty(RegionOptions.WhenEmpty.REFUSE))) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                blocks.add(region.allocate(64, SITE));
            }
            assertThat(region.tryAllocate(64, Tag.GENERAL, SITE)).isNull();
            assertThatThrownBy(() -> region.allocate(64, SITE))
                    .isInstanceOf(OutOfSharedMemoryException.class)
                    .hasMessageContaining("the pool of 1,000 blocks of 64 bytes is empty and refuses");
            Block other = region.allocate(65, SITE);
            assertThat(other.capacity()).isEqualTo(128);
            assertThat(picture().accounts().slack()).isEqualTo(63);
            blocks.get(500).free();
            assertThat(region.allocate(60, SITE).size()).isEqualTo(60);
            assertThat(region.tryAllocate(64, Tag.GENERAL, SITE)).isNull();
        }
    }

    @Test
    void anEmptyPoolIsFollowedByTheNextClass() {
        try (Region region =
                Region.create(RegionOptions.named(NAME).size(16 << 20).pool("packet", 64, 10))) {
            for (int i = 0; i < 11; i++) {
                region.allocate(64, PACKET, SITE);
            }
            Picture picture = picture();
            assertThat(picture.pools().get(0).live()).isEqualTo(10);
            assertThat(picture.blocks()).isEqualTo(11);
        }
    }

    @Test
    void refusesWhatExceedsABudget() {
        try (Region region =
                Region.create(RegionOptions.named(NAME).size(4 << 20).budget("packet", 1000))) {
            Block first = region.allocate(600, PACKET, SITE);
            assertThatThrownBy(() -> region.allocate(600, PACKET, SITE))
                    .isInstanceOf(BudgetExceededException.class)
                    .hasMessageContaining("packet")
                    .hasMessageContaining(SITE.toString());
            first.free();
            region.allocate(1000, PACKET, SITE);
        }
    }

    @Test
    void aFullRegionNamesWhoHoldsMost() {
        try (Region region = small()) {
            long used = 0;
            while (true) {
                Block block = region.tryAllocate(1000, Tag.GENERAL, SITE);
                if (block == null) {
                    break;
                }
                used += 1000;
            }
            String bytes = String.format(Locale.ROOT, "%,d", used);
            assertThatThrownBy(() -> region.allocate(1000, SITE))
                    .isInstanceOf(OutOfSharedMemoryException.class)
                    .hasMessageContaining(bytes + " bytes are in use")
                    .hasMessageContaining(bytes + " by " + SITE)
                    .hasMessageContaining("largest free run is");
        }
    }

    @Test
    void everyByteCanBeUsedAgainInAnotherClass() {
        long[] sizes = {16, 1000, 20_000, 500_000, 100, 1 << 20};
        int[] fresh = new int[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            try (Region region = small()) {
                fresh[i] = fill(region, sizes[i]).size();
            }
            Region.remove(NAME, false);
        }
        try (Region region = small()) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < sizes.length; i++) {
                    List<Block> blocks = fill(region, sizes[i]);
                    assertThat(blocks).as("blocks of " + sizes[i]).hasSize(fresh[i]);
                    blocks.forEach(Block::free);
                }
            }
        }
    }

    /**
     * A refusal has everything given back that nobody uses. Before it the housekeeper may have given back some slabs and not
     * yet the ones between them, so that the first large blocks lie where they leave gaps.
     */
    private static int roomAfterARefusal(Region region) {
        fill(region, 500_000).forEach(Block::free);
        return fill(region, 500_000).size();
    }

    @Test
    void whatAnEndedThreadLeftCanBeUsedInAnotherClassOnceItIsFree() throws InterruptedException {
        try (Region region = small()) {
            List<Block> first = fill(region, 500_000);
            int fresh = first.size();
            first.forEach(Block::free);
            List<Block> left = new ArrayList<>();
            Thread thread = new Thread(() -> left.addAll(fill(region, 100)));
            thread.start();
            thread.join();
            left.forEach(Block::free);
            assertThat(picture().accounts().live()).isZero();
            assertThat(roomAfterARefusal(region)).isEqualTo(fresh);
        }
    }

    @Test
    void whatOthersFreedForAnIdleThreadIsNotKeptByIt() throws InterruptedException {
        try (Region region = small()) {
            List<Block> first = fill(region, 500_000);
            int fresh = first.size();
            first.forEach(Block::free);
            List<Block> left = new ArrayList<>();
            CountDownLatch filled = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                left.addAll(fill(region, 100));
                filled.countDown();
                try {
                    done.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            filled.await();
            left.forEach(Block::free);
            assertThat(roomAfterARefusal(region)).isEqualTo(fresh);
            done.countDown();
            thread.join();
        }
    }

    @Test
    void whatIdleThreadsOfOthersKeepIsWaitedForBeforeARefusal() {
        String name = RegionTraces.name("idle");
        try (Region region = Region.create(RegionOptions.named(name).size(8 << 20));
                Region other = Region.attach(name, "other")) {
            List<Block> all = fill(region, 500_000);
            all.forEach(Block::free);
            for (int size = 16; size <= 4096; size *= 2) {
                // Each leaves an empty slab of its class with this thread: together more than one of the blocks needs.
                other.allocate(size, SITE).free();
            }
            assertThat(fill(region, 500_000)).hasSameSizeAs(all);
        } finally {
            Region.remove(name, true);
        }
    }

    @Test
    void theHousekeeperDoesNotWaitForWhatItWouldDoItself() throws Exception {
        CompletableFuture<Boolean> there = new CompletableFuture<>();
        Future<?> chore = Housekeeper.every(1, () -> there.complete(Housekeeper.isCalling()));
        assertThat(there.get(1, TimeUnit.MINUTES)).isTrue();
        chore.cancel(false);
        assertThat(Housekeeper.isCalling()).isFalse();
    }

    private static List<Block> fill(Region region, long size) {
        List<Block> blocks = new ArrayList<>();
        for (Block b = region.tryAllocate(size, Tag.GENERAL, SITE);
                b != null;
                b = region.tryAllocate(size, Tag.GENERAL, SITE)) {
            blocks.add(b);
        }
        return blocks;
    }

    @Test
    void resizesInPlaceOrMoves() {
        try (Region region = small()) {
            Block block = region.allocate(100, PACKET, SITE);
            block.putLong(8, 7);
            assertThat(block.resize(112)).isSameAs(block);
            assertThat(block.size()).isEqualTo(112);
            Block moved = block.resize(5000);
            assertThat(moved).isNotSameAs(block);
            assertThat(moved.getLong(8)).isEqualTo(7);
            assertThat(blocks()).hasSize(1);
            assertThat(blocks().get(0).size()).isEqualTo(5000);
            assertThat(blocks().get(0).tag()).isEqualTo("packet");
        }
    }

    @Test
    void givesViews() {
        try (Region region = small()) {
            Block block = region.allocate(64, SITE);
            ByteBuffer buffer = block.byteBuffer();
            buffer.putLong(0, 5);
            assertThat(block.getLong(0)).isEqualTo(5);
            Bytes<?> bytes = block.bytes();
            bytes.writeLong(9);
            assertThat(block.getLong(0)).isEqualTo(9);
            assertThat(block.address()).isNotZero();
        }
    }

    @Test
    void wipesSecretsBeforeTheyAreFree() {
        try (Region region = small()) {
            Block block = region.allocate(BlockSpec.of(64).site(SITE).secret());
            block.fill((byte) 7);
            long offset = block.offset();
            block.free();
            Block next = region.allocate(64, SITE);
            assertThat(next.offset()).isEqualTo(offset);
            byte[] bytes = new byte[64];
            next.getBytes(0, bytes, 0, 64);
            assertThat(bytes).containsOnly(0);
        }
    }

    @Test
    void closingFreesWhatIsLeft() {
        Region keeper = small();
        try (Region region = Region.attach(NAME, "guest")) {
            region.allocate(100, SITE);
            region.allocate(500_000, SITE);
            assertThat(blocks()).hasSize(2);
        }
        assertThat(blocks()).isEmpty();
        assertThat(picture().processes()).hasSize(1);
        assertThat(picture().identity().creator().state()).isEqualTo(ProcessInfo.Liveness.ALIVE);
        keeper.close();
    }

    @Test
    void policyKeepLeavesOrphans() {
        try (Region keeper =
                Region.create(RegionOptions.named(NAME).size(4 << 20).policy(RegionOptions.Policy.KEEP))) {
            try (Region region = Region.attach(NAME, "guest")) {
                region.allocate(100, SITE);
            }
            assertThat(blocks()).hasSize(1);
            assertThat(blocks().get(0).state()).isEqualTo("orphan");
            assertThat(keeper.policy()).isEqualTo(RegionOptions.Policy.KEEP);
        }
    }

    @Test
    void refusesSizesThatCannotBe() {
        try (Region region = small()) {
            assertThatThrownBy(() -> region.allocate(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> region.allocate(-5)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> region.allocate(Long.MAX_VALUE)).isInstanceOf(OutOfSharedMemoryException.class);
            assertThatThrownBy(() -> region.allocate(5 << 20)).isInstanceOf(OutOfSharedMemoryException.class);
        }
        assertThatThrownBy(() -> Region.create(RegionOptions.named(NAME + "x").size(1000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least");
    }

    @Test
    void refusesASecondRegionOfTheNameAndAMissingOne() {
        try (Region region = small()) {
            assertThat(region.size()).isEqualTo(4 << 20);
            assertThatThrownBy(RegionTest::small).isInstanceOf(BusyException.class);
            assertThatThrownBy(() -> Region.remove(NAME, false)).isInstanceOf(BusyException.class);
        }
        assertThatThrownBy(() -> Region.attach("no-such-region")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void whoCreatesOrAttachesWaitsForASlowCreator() throws Exception {
        RegionOptions options = RegionOptions.named(NAME).size(4 << 20);
        CountDownLatch forming = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> creator = threads.submit(() -> Segment.create(options.segment(), unfinished -> {
                        RegionFormation.form(unfinished, options);
                        forming.countDown();
                        awaitQuietly(goOn);
                    })
                    .close());
            forming.await();
            Future<Region> second = threads.submit(() -> Region.createOrAttach(options));
            // One that does not wait has given up long before.
            assertThatThrownBy(() -> second.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            goOn.countDown();
            creator.get();
            second.get().close();
        } finally {
            goOn.countDown();
            threads.shutdown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void refusesANegativeNumberOfBlocks() {
        try (Region region = small()) {
            assertThatThrownBy(() -> region.allocateAll(-1, BlockSpec.of(10)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(region.allocateAll(0, BlockSpec.of(10))).isEmpty();
        }
    }

    @Test
    void aClosedRegionRefusesEverything() {
        Region region = small();
        Block block = region.allocate(10, SITE);
        region.close();
        region.close();
        assertThatThrownBy(() -> region.allocate(10, SITE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> block.getLong(0)).isInstanceOf(RuntimeException.class);
        block.close();
    }
}
