package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.OutOfSharedMemoryException;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrowthTest {
    private static final int MAXIMUM = 1 << 20;
    private static final RegionMap MAP = RegionMap.forSize(MAXIMUM, 0);
    /** Tables of the maximum, and four slabs. */
    private static final int SIZE = (int) MAP.slabAt(4);

    private static final int MOST_SLABS = (int) (MAXIMUM - MAP.slabAt(0)) >> 16;
    /** Of which a slab has 20. */
    private static final int BLOCK = 3000;

    private final HeapFixture region = HeapFixture.growing(SIZE, MAXIMUM);
    private final Heap heap = region.heap(1);

    private static int slabs(HeapFixture region) {
        return new LedgerScan(region.memory, region.map).slabCount();
    }

    private void fillWhatIsThere(int slabs) {
        for (int i = 0; i < slabs * 20; i++) {
            assertThat(heap.tryAllocate(BLOCK, 0, 0, 0)).isNotNull();
        }
    }

    @Test
    void growsOnlyWhenThereIsNoRoomAndThenDoubles() {
        fillWhatIsThere(4);
        assertThat(slabs(region)).isEqualTo(4);
        assertThat(region.length).isEqualTo(SIZE);
        heap.tryAllocate(BLOCK, 0, 0, 0);
        assertThat(slabs(region)).isEqualTo(8);
        assertThat(region.length).isEqualTo(SIZE + 4 * 65536);
        HeapFixture.Books books = region.audit();
        assertThat(books.total).isEqualTo(region.length);
        assertThat(books.live).hasSize(81);
    }

    @Test
    void endsAtItsMaximumAndSaysSo() {
        List<Block> all = HeapFixture.fill(heap, BLOCK);
        assertThat(all).hasSize(MOST_SLABS * 20);
        assertThat(slabs(region)).isEqualTo(MOST_SLABS);
        region.audit();
        assertThat(heap.refusal(BLOCK, 0, 0))
                .isInstanceOf(OutOfSharedMemoryException.class)
                .hasMessageContaining("the region does not grow: its maximum is 1,048,576 bytes");
        all.forEach(Block::free);
        assertThat(HeapFixture.fill(heap, BLOCK)).hasSize(MOST_SLABS * 20);
    }

    @Test
    void aRegionThatDoesNotGrowSaysNothingOfGrowth() {
        HeapFixture fixed = new HeapFixture(MAXIMUM);
        Heap full = fixed.heap(1);
        HeapFixture.fill(full, BLOCK);
        assertThat(full.refusal(BLOCK, 0, 0).getMessage())
                .doesNotContain("grow")
                .doesNotContain("maximum");
    }

    @Test
    void aLargeBlockUsesTheFreeSlabsAtTheOldEnd() {
        fillWhatIsThere(2);
        // Two slabs are free at the end, six are needed.
        Block large = heap.tryAllocate(5 * 65536, 0, 0, 0);
        assertThat(large).isNotNull();
        assertThat(slabs(region)).isEqualTo(8);
        assertThat(region.map.slabOf(large.offset())).isEqualTo(2);
        region.audit();
    }

    @Test
    void aBlockOfTheWholeMaximumIsHad() {
        Block large = heap.tryAllocate(Geometry.ofLarge(MOST_SLABS).blockBytes(), 0, 0, 0);
        assertThat(large).isNotNull();
        assertThat(slabs(region)).isEqualTo(MOST_SLABS);
        assertThat(heap.tryAllocate(1, 0, 0, 0)).isNull();
        region.audit();
    }

    @Test
    void whatCanNeverFitDoesNotMakeItGrow() {
        assertThat(heap.tryAllocate(MAXIMUM, 0, 0, 0)).isNull();
        assertThat(slabs(region)).isEqualTo(4);
        heap.tryAllocate(BLOCK, 0, 0, 0);
        assertThat(heap.tryAllocate((MOST_SLABS - 1) * 65536L, 0, 0, 0)).isNull();
        assertThat(slabs(region)).isEqualTo(4);
    }

    @Test
    void aSpanThatFindsNoRunIsHadBehindTheEnd() {
        fillWhatIsThere(1);
        Block span = heap.tryAllocate(20_000, 0, 0, 0);
        assertThat(span).isNotNull();
        assertThat(slabs(region)).isEqualTo(8);
        assertThat(region.map.slabOf(span.offset())).isBetween(1L, 6L);
        region.audit();
    }

    @Test
    void othersSeeWhatOneHasTaken() {
        Heap other = region.heap(2, new SharedMemory(region.memory) {});
        fillWhatIsThere(8);
        Block block = heap.tryAllocate(BLOCK, 0, 0, 0);
        assertThat(region.map.slabOf(block.offset())).isGreaterThan(7);
        block.putLong(0, 42);
        assertThat(other.resolve(block.handle()).getLong(0)).isEqualTo(42);
        assertThat(other.tryAllocate(BLOCK, 0, 0, 0)).isNotNull();
        region.audit();
    }

    @Test
    void takesWhatIsNeededWhereAWholeStepIsNotToBeHad() {
        region.space = SIZE + 65536L;
        fillWhatIsThere(4);
        assertThat(heap.tryAllocate(BLOCK, 0, 0, 0)).isNotNull();
        assertThat(slabs(region)).isEqualTo(5);
        region.audit();
    }

    @Test
    void withoutSpaceItRefusesAndSaysSoAndGrowsLaterWhenThereIs() {
        region.space = SIZE;
        List<Block> all = HeapFixture.fill(heap, BLOCK);
        assertThat(all).hasSize(80);
        assertThat(heap.refusal(BLOCK, 0, 0))
                .hasMessageContaining("; the region does not grow: no space for the test's region");
        region.audit();
        assertThat(slabs(region)).isEqualTo(4);
        region.space = Long.MAX_VALUE;
        assertThat(heap.tryAllocate(BLOCK, 0, 0, 0)).as("in the same tick").isNull();
        heap.tick(HeapFixture.NOW + 10);
        assertThat(HeapFixture.fill(heap, BLOCK)).hasSize((MOST_SLABS - 4) * 20);
        region.audit();
    }

    @Test
    void growthThatWasLeftHalfDoneIsGoneOnWith() {
        region.length = SIZE + 6 * 65536L;
        assertThat(region.audit().total).isEqualTo(region.length);
        assertThat(HeapFixture.fill(heap, BLOCK)).hasSize(MOST_SLABS * 20);
        assertThat(region.length).isEqualTo(region.map.slabAt(MOST_SLABS));
        region.audit();
    }

    @Test
    void aRunThatReachesBehindWhatAWalkKnowsHasMovedAndIsNotDamaged() {
        fillWhatIsThere(2);
        heap.tryAllocate(5 * 65536, 0, 0, 0);
        int[] visited = new int[1];
        boolean[] moved = new boolean[4];
        new LedgerScan(region.memory, region.map).forEach(4, new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {
                assertThat(slab.damaged()).isFalse();
                moved[slab.slab()] = slab.moved();
                visited[0] += slab.slabs();
            }

            @Override
            public void block(SlabView slab, RecordView block) {
                assertThat(block.damaged()).isFalse();
            }
        });
        assertThat(visited[0]).isEqualTo(4);
        assertThat(moved).containsExactly(false, false, true, false);
        // It is damage where the count says that nothing is there.
        region.memory.putLong(HeaderLayout.SLAB_COUNT_OFFSET, 4);
        assertThat(region.books().problems).isNotEmpty();
    }

    /** Whatever stands there, no byte behind the file's end is touched: the memory would throw. */
    @Test
    void anySlabCountIsSafe() {
        for (long count :
                new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0, 3, 5, MOST_SLABS, MOST_SLABS + 1, 16, 17, 1L << 32
                }) {
            HeapFixture damaged = HeapFixture.growing(SIZE, MAXIMUM);
            Heap user = damaged.heap(1);
            Block before = user.tryAllocate(BLOCK, 0, 0, 0);
            before.putLong(0, 7);
            damaged.memory.putLong(HeaderLayout.SLAB_COUNT_OFFSET, count);
            assertThat(slabs(damaged)).isBetween(0, 4);
            assertThat(damaged.books().problems).isEmpty();
            assertThat(damaged.books().total).isEqualTo(SIZE);
            List<Block> blocks = HeapFixture.fill(user, BLOCK);
            assertThat(blocks).as("count %s", count).hasSize(MOST_SLABS * 20 - 1);
            assertThat(damaged.audit().live).hasSize(MOST_SLABS * 20);
            assertThat(before.getLong(0)).isEqualTo(7);
        }
    }

    @Test
    void spaceThatIsOnlySaidToBeTakenIsNotTouched() {
        HeapFixture lying = HeapFixture.growing(SIZE, MAXIMUM);
        Heap user = new Heap(
                lying.memory,
                lying.map,
                1,
                1,
                new io.shm.ledger.Sites(lying.memory, lying.map),
                lying.tags,
                null,
                (from, to) -> null);
        user.tick(HeapFixture.NOW);
        assertThat(HeapFixture.fill(user, BLOCK)).hasSize(80);
        assertThat(user.tryAllocate(300_000, 0, 0, 0)).isNull();
        assertThat(lying.books().problems).isEmpty();
        assertThat(lying.books().slabs(SlabState.OWN)).isEqualTo(4);
    }
}
