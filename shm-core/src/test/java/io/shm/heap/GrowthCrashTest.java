package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.SlabState;
import io.shm.memory.CrashingMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.LimitedMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process dies, or is stopped, before every write of an allocation that makes the region grow; taking space counts as
 * one. What is behind the file's end cannot be touched without an exception.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrowthCrashTest {
    private static final int MAXIMUM = 1 << 20;
    private static final RegionMap MAP = RegionMap.forSize(MAXIMUM, 0);
    private static final int SIZE = (int) MAP.slabAt(4);
    private static final int MOST_SLABS = (int) (MAXIMUM - MAP.slabAt(0)) >> 16;
    private static final int BLOCK = 3000;
    private static final int OF_SLAB = 20;
    /** Another class of single slabs: 10 blocks each. */
    private static final int OTHER = 6000;

    private static final int OTHER_OF_SLAB = 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    private static final long MOST_WRITES = 100_000;

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);

    GrowthCrashTest() {
        System.out.println("GrowthCrashTest -Dshm.seed=" + seed);
    }

    /** What is done in danger, by one that has filled some slabs before. */
    private interface Operation {
        List<Block> run(Heap heap);
    }

    private static List<Block> one(Heap heap, long size) {
        Block block = heap.tryAllocate(size, 0, 0, 0);
        return block == null ? List.of() : List.of(block);
    }

    // ---------------------------------------------------------------- dies

    @Test
    void oneThatGrowsForASmallBlockDies() {
        dies(4, heap -> one(heap, BLOCK));
    }

    @Test
    void oneThatGrowsForASpanDies() {
        dies(3, heap -> one(heap, 20_000));
    }

    @Test
    void oneThatGrowsForALargeBlockAcrossTheOldEndDies() {
        dies(2, heap -> one(heap, 5 * 65536));
    }

    @Test
    void oneThatGrowsToTheMaximumDies() {
        dies(4, heap -> HeapFixture.fill(heap, 14_000));
    }

    @Test
    void oneThatFindsOnlyPartOfAStepDies() {
        spaceLeft = 3 * 65536;
        dies(4, heap -> HeapFixture.fill(heap, 14_000));
    }

    private long spaceLeft = Long.MAX_VALUE / 2;

    private void dies(int filled, Operation operation) {
        long prepared = writesToPrepare(filled);
        boolean finished = false;
        Set<Long> lengths = new HashSet<>();
        boolean halfDone = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                HeapFixture region = region();
                LosingMemory view = new LosingMemory(region.memory, prepared + n, lost);
                Heap victim = region.heap(VICTIM, view);
                fill(victim, filled);
                try {
                    operation.run(victim);
                    finished = true;
                } catch (LosingMemory.Crash e) {
                    finished = false;
                }
                String when = "died at write " + n + " of " + prepared + " and more, seed=" + seed;
                lengths.add(region.length);
                halfDone |= region.length > region.map.slabAt(slabs(region));
                checkSpace(region, when);
                // While the dead one holds what it has, another goes on from there.
                Heap living = region.heap(LIVING);
                Block witness = living.tryAllocate(500, 0, 0, 0);
                checkSpace(region, when);
                List<Long> ofOthers = region.audit().liveOfOthers(VICTIM);
                if (lost == null) {
                    reclaimDyingEverywhere(region);
                } else {
                    region.reclaim(VICTIM);
                }
                HeapFixture.Books books = region.audit();
                assertThat(books.owned[VICTIM]).as(when).isZero();
                assertThat(books.live).as(when).isEqualTo(ofOthers);
                if (witness != null) {
                    assertThat(witness.isLive()).isTrue();
                }
                region.reclaim(LIVING);
                region.space = Long.MAX_VALUE;
                assertThat(HeapFixture.fill(region.heap(3), OTHER))
                        .as(when + ": every slab again, in another class")
                        .hasSize(MOST_SLABS * OTHER_OF_SLAB);
                assertThat(slabs(region)).as(when).isEqualTo(MOST_SLABS);
                checkSpace(region, when);
            }
        }
        assertThat(lengths).as("deaths before and after space was taken").hasSizeGreaterThan(1);
        assertThat(halfDone).as("a death between the space and the count").isTrue();
    }

    private HeapFixture region() {
        HeapFixture region = HeapFixture.growing(SIZE, MAXIMUM);
        region.space = SIZE + spaceLeft;
        return region;
    }

    private static void fill(Heap heap, int slabs) {
        for (int i = 0; i < slabs * OF_SLAB; i++) {
            assertThat(heap.tryAllocate(BLOCK, 0, 0, 0)).isNotNull();
        }
    }

    private long writesToPrepare(int filled) {
        HeapFixture region = region();
        LosingMemory counts = new LosingMemory(region.memory, Long.MAX_VALUE, null);
        fill(region.heap(VICTIM, counts), filled);
        return counts.writes();
    }

    private static int slabs(HeapFixture region) {
        return new LedgerScan(region.memory, region.map).slabCount();
    }

    /** All adds up to the file, and the count never says more than there is. */
    private static void checkSpace(HeapFixture region, String when) {
        HeapFixture.Books books = region.audit();
        assertThat(books.total).as(when).isEqualTo(region.length);
        long count = region.memory.getLong(HeaderLayout.SLAB_COUNT_OFFSET);
        assertThat(region.map.slabAt((int) count)).as(when).isLessThanOrEqualTo(region.length);
        assertThat(region.length).as(when).isLessThanOrEqualTo(Math.max(SIZE, region.map.slabAt(MOST_SLABS)));
    }

    private static void reclaimDyingEverywhere(HeapFixture region) {
        boolean done = false;
        for (long m = 1; !done; m++) {
            byte[] before = region.bytes();
            try {
                region.reclaim(new CrashingMemory(region.memory, m), false).reclaim(VICTIM - 1);
                done = true;
            } catch (CrashingMemory.Crash e) {
                region.audit();
                if (m % 2 == 0) {
                    region.restore(before);
                }
            }
        }
    }

    // ---------------------------------------------------------------- is stopped

    @Test
    void oneThatIsStoppedWhileItGrowsHoldsUpNobody() {
        everyInterleaving(4, heap -> one(heap, BLOCK), heap -> HeapFixture.fill(heap, 14_000), 0);
        everyInterleaving(2, heap -> one(heap, 5 * 65536), heap -> HeapFixture.fill(heap, BLOCK), 0);
        everyInterleaving(3, heap -> one(heap, 20_000), heap -> HeapFixture.fill(heap, 130_000), 0);
        everyInterleaving(4, heap -> one(heap, BLOCK), GrowthCrashTest::keepOnlyWhatIsFar, 0);
    }

    @Test
    void twoThatGrowAtOnceTakeTheSpaceOnce() {
        // Each needs one slab: together two of the four that one step gives.
        everyInterleaving(4, heap -> one(heap, BLOCK), heap -> one(heap, BLOCK), 8);
        everyInterleaving(4, heap -> one(heap, BLOCK), heap -> one(heap, 40_000), 0);
        // Three slabs each: the second step is there for the second run alone.
        everyInterleaving(4, heap -> one(heap, 130_000), heap -> one(heap, 130_000), 0);
    }

    @Test
    void theChecksCatchAGrowerThatOverwritesTheCount() {
        overwrites = true;
        boolean caught = false;
        try {
            everyInterleaving(4, heap -> one(heap, BLOCK), GrowthCrashTest::keepOnlyWhatIsFar, 0);
        } catch (AssertionError e) {
            caught = true;
        } finally {
            overwrites = false;
        }
        assertThat(caught).isTrue();
    }

    private boolean overwrites;

    /** Grows to the maximum and frees what one step would have given. */
    private static List<Block> keepOnlyWhatIsFar(Heap heap) {
        List<Block> blocks = HeapFixture.fill(heap, BLOCK);
        List<Block> near = blocks.subList(0, Math.min(blocks.size(), 4 * OF_SLAB));
        near.forEach(Block::free);
        near.clear();
        return blocks;
    }

    /** @param slabs how many the region has in the end; 0 for any */
    private void everyInterleaving(int filled, Operation operation, Operation meanwhile, int slabs) {
        boolean again = true;
        for (int n = 1; again; n++) {
            HeapFixture region = region();
            Switch view = new Switch(region.memory);
            Heap heap = region.heap(VICTIM, view);
            fill(heap, filled);
            Heap other = region.heap(LIVING, new LimitedMemory(region.memory, MOST_WRITES));
            List<Block> blocks = new ArrayList<>();
            String when = "stopped at step " + n;
            InterruptedMemory counted = new InterruptedMemory(region.memory, n, () -> {
                checkSpace(region, when);
                blocks.addAll(meanwhile.run(other));
                checkSpace(region, when);
            });
            view.counts = counted;
            view.overwrites = overwrites;
            blocks.addAll(operation.run(heap));
            view.counts = null;
            view.overwrites = false;
            again = counted.happened();

            checkSpace(region, when);
            HeapFixture.Books books = region.audit();
            Set<Long> handles = new HashSet<>();
            blocks.forEach(block -> handles.add(block.handle()));
            assertThat(handles).as(when).hasSize(blocks.size());
            assertThat(books.live).as(when).hasSize(filled * OF_SLAB + blocks.size());
            assertThat(new HashSet<>(books.live)).as(when).containsAll(handles);
            assertThat(books.blocks(BlockState.RESERVED)).as(when).isZero();
            assertThat(books.slabs(SlabState.CLAIM) + books.slabs(SlabState.RELEASING))
                    .as(when)
                    .isZero();
            if (slabs != 0 && again) {
                assertThat(slabs(region)).as(when).isEqualTo(slabs);
                assertThat(region.length).as(when).isEqualTo(region.map.slabAt(slabs));
            }
            region.reclaim(VICTIM);
            region.reclaim(LIVING);
            assertThat(HeapFixture.fill(region.heap(3), OTHER)).as(when).hasSize(MOST_SLABS * OTHER_OF_SLAB);
        }
    }

    /** Stops at writes and ordered reads, from a moment of the test's choice on. */
    private static final class Switch extends WatchedMemory {
        private InterruptedMemory counts;
        private boolean overwrites;

        Switch(SharedMemory inner) {
            super(inner);
        }

        @Override
        protected void beforeWrite(long offset) {
            if (counts != null) {
                counts.beforeAny(offset);
            }
        }

        @Override
        public long getLongAcquire(long offset) {
            beforeWrite(offset);
            return super.getLongAcquire(offset);
        }

        /** The mutant: a store in the place of the CAS of the count. */
        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            if (overwrites && offset == HeaderLayout.SLAB_COUNT_OFFSET) {
                putLong(offset, value);
                return true;
            }
            return super.compareAndSetLong(offset, expected, value);
        }
    }
}
