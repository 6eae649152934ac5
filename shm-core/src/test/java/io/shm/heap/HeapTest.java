package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BudgetExceededException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.StaleHandleException;
import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.PoolLayout;
import io.shm.layout.SizeClasses;
import io.shm.layout.SlabLayout;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.layout.TotalsLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.SlabState;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeapTest {
    private static final int SIZE = 4 << 20;

    // ---------------------------------------------------------------- sizes

    @Test
    void everySizeHasTheSmallestClassThatHoldsItAndWastesLittle() {
        for (long size = 1; size <= SizeClasses.LARGEST; size++) {
            int sizeClass = SizeClasses.classOf(size);
            long block = SizeClasses.sizeOf(sizeClass);
            assertThat(block).isGreaterThanOrEqualTo(size);
            if (sizeClass > 0) {
                assertThat(SizeClasses.sizeOf(sizeClass - 1)).isLessThan(size);
            }
            if (size > 64) {
                assertThat((double) (block - size) / block)
                        .as("%s in %s", size, block)
                        .isLessThanOrEqualTo(0.2);
            }
        }
        assertThat(SizeClasses.LARGEST).isEqualTo(112 << 10);
    }

    @Test
    void blocksOfAllSizesHoldWhatWasAskedAndDoNotTouchEachOther() {
        HeapFixture region = new HeapFixture(16 << 20);
        Heap heap = region.heap(1);
        List<Block> blocks = new ArrayList<>();
        for (long size = 1; size <= 200_000; size += size < 300 ? 1 : size / 11) {
            Block block = heap.tryAllocate(size, 0, 0, 0);
            if (block == null) {
                continue;
            }
            assertThat(block.capacity()).isGreaterThanOrEqualTo(size);
            if (size > 64 && size <= SizeClasses.LARGEST) {
                assertThat(block.capacity() - size).isLessThanOrEqualTo(block.capacity() / 5);
            }
            for (Block other : blocks) {
                assertThat(block.offset() + block.capacity() + Geometry.GUARD_BYTES <= other.offset()
                                || other.offset() + other.capacity() + Geometry.GUARD_BYTES <= block.offset())
                        .isTrue();
            }
            blocks.add(block);
        }
        assertThat(blocks).hasSizeGreaterThan(330);
        assertThat(region.audit().live).hasSize(blocks.size());
        blocks.forEach(Block::free);
        assertThat(region.audit().live).isEmpty();
    }

    @Test
    void alignsBlocksOfEveryKind() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("p", 9000, 20, true));
        int pool = region.tags.idOf("p");
        Heap heap = region.heap(1);
        for (int alignment = 16; alignment <= 4096; alignment *= 2) {
            int flags = BlockSpec.of(1).alignment(alignment).flags();
            List<Block> blocks = new ArrayList<>();
            for (long size : new long[] {1, 100, 5000, 20_000, 60_000, 150_000}) {
                blocks.add(heap.tryAllocate(size, 0, 0, flags));
            }
            blocks.add(heap.tryAllocate(1000, pool, 0, flags));
            for (Block block : blocks) {
                assertThat(block.offset() % alignment)
                        .as("alignment %s", alignment)
                        .isZero();
                assertThat(block.capacity()).isGreaterThanOrEqualTo(block.size());
                block.fill((byte) 7);
            }
            region.audit();
            for (Block block : blocks) {
                assertThat(heap.resolve(block.handle()).offset()).isEqualTo(block.offset());
                block.free();
            }
        }
        assertThat(BlockSpec.of(1).alignment(1).flags()).isZero();
        assertThatThrownBy(() -> BlockSpec.of(1).alignment(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BlockSpec.of(1).alignment(8192)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesSizesNearTheLargestNumberInsteadOfOverflowing() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("", 64, 10, false));
        Heap heap = region.heap(1);
        int flags = BlockSpec.of(1).alignment(4096).flags();
        for (long below = 0; below < 10_000; below++) {
            assertThat(heap.tryAllocate(Long.MAX_VALUE - below, 0, 0, flags)).isNull();
            assertThat(heap.tryAllocate(Long.MAX_VALUE - below, 0, 0, 0)).isNull();
            assertThat(heap.tryAllocate((1L << 40) - below, 0, 0, flags)).isNull();
        }
        assertThat(region.audit().live).isEmpty();
    }

    @Test
    void refusesPoolsLargerThanAnyRegionInsteadOfOverflowing() {
        for (long count : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 100}) {
            assertThatThrownBy(() -> Heap.smallestSlabs(List.of(new PoolSpec("", 64, count, false))))
                    .isInstanceOf(ArithmeticException.class);
        }
        assertThat(Heap.smallestSlabs(List.of(new PoolSpec("", 64, Long.MAX_VALUE / 2, false))))
                .isGreaterThan(1 << 20);
        assertThat(Heap.smallestSlabs(List.of(new PoolSpec("", Long.MAX_VALUE, 1, false))))
                .isGreaterThan(1 << 20);
    }

    // ---------------------------------------------------------------- pools

    @Test
    void poolsAreExactByTagAndSize() {
        HeapFixture region = new HeapFixture(
                SIZE,
                new PoolSpec("packet", 64, 1000, true),
                new PoolSpec("", 64, 1000, true),
                new PoolSpec("", 128, 500, true));
        int packet = region.tags.idOf("packet");
        Heap first = region.heap(1);
        Heap second = region.heap(2);
        List<Block> packets = fillAny(1001, first, packet, 64);
        assertThat(packets).hasSize(1000);
        assertThat(second.tryAllocate(1, packet, 0, 0)).isNull();
        assertThat(second.refusal(1, packet, 0)).isInstanceOf(OutOfSharedMemoryException.class);

        assertThat(fillAny(1001, second, 0, 64)).hasSize(1000);
        Block to128 = first.tryAllocate(65, 0, 0, 0);
        assertThat(to128.capacity()).isEqualTo(128);
        assertThat(fillAny(500, first, 0, 128)).hasSize(499);

        // What one has freed the other gets, all of it.
        packets.forEach(Block::free);
        assertThat(fillAny(1001, second, packet, 1)).hasSize(1000);
        region.audit();
    }

    @Test
    void anEmptyPoolIsFollowedByTheNextPoolThenByTheClasses() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("", 64, 10, false), new PoolSpec("", 128, 10, false));
        Heap heap = region.heap(1);
        for (int i = 0; i < 10; i++) {
            assertThat(heap.tryAllocate(60, 0, 0, 0).capacity()).isEqualTo(64);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(heap.tryAllocate(60, 0, 0, 0).capacity()).isEqualTo(128);
        }
        assertThat(region.audit().slabs(SlabState.OWN)).isZero();
        assertThat(heap.tryAllocate(60, 0, 0, 0).capacity()).isEqualTo(64);
        assertThat(region.audit().slabs(SlabState.OWN)).isEqualTo(1);
    }

    @Test
    void findsEveryRecordOfAPoolThatNoHintTellsOf() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("", 64, 300, true));
        // The first thing a process does, at whatever time its clock begins.
        Heap heap = new Heap(
                region.memory, region.map, 1, 1, new io.shm.ledger.Sites(region.memory, region.map), region.tags, null);
        region.memory.putLong(region.map.slabEntryAt(0) + SlabLayout.HINT_OFFSET, 0);
        assertThat(fillAny(301, heap, 0, 64)).hasSize(300);
    }

    private static List<Block> fillAny(int tries, Heap heap, int tag, long size) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < tries; i++) {
            Block block = heap.tryAllocate(size, tag, 0, 0);
            if (block != null) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    // ---------------------------------------------------------------- budgets

    @Test
    void aBudgetIsExactThroughResizeAndFree() {
        HeapFixture region = new HeapFixture(SIZE);
        int tag = region.tags.idOf("report");
        region.tags.setBudget(tag, 10_000);
        Heap heap = region.heap(1);
        Block first = heap.tryAllocate(4000, tag, 0, 0);
        Block second = heap.tryAllocate(6000, tag, 0, 0);
        assertThat(heap.tryAllocate(1, tag, 0, 0)).isNull();
        assertThat(heap.refusal(1, tag, 0)).isInstanceOf(BudgetExceededException.class);
        assertThat(region.tags.used(tag)).isEqualTo(10_000);

        assertThatThrownBy(() -> first.resize(4001)).isInstanceOf(BudgetExceededException.class);
        assertThat(first.resize(3900)).isSameAs(first);
        assertThat(region.tags.used(tag)).isEqualTo(9900);
        assertThat(first.resize(4000)).isSameAs(first);
        second.free();
        assertThat(region.tags.used(tag)).isEqualTo(4000);
        Block moved = first.resize(5500);
        assertThat(region.tags.used(tag)).isEqualTo(5500);
        moved.free();
        assertThat(region.tags.used(tag)).isZero();
        assertThatThrownBy(moved::free).isInstanceOf(StaleHandleException.class);
        assertThat(region.tags.used(tag)).isZero();
        assertThat(heap.tryAllocate(10_001, tag, 0, 0)).isNull();
        assertThat(heap.tryAllocate(10_000, tag, 0, 0)).isNotNull();
        assertThat(region.memory.getLong(region.map.tagAt(tag) + TagLayout.REFUSED_OFFSET))
                .as("the two allocations, and the resize, which tried to move as well")
                .isEqualTo(3);
    }

    @Test
    void aRefusalIsCountedOnceHoweverOftenItWasTried() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("packet", 100, 1, true));
        int tag = region.tags.idOf("report");
        int pooled = region.tags.idOf("packet");
        region.tags.setBudget(tag, 10_000);
        Heap heap = region.heap(1);
        heap.beforeRefusal(() -> true);

        assertThat(heap.tryAllocate(10_001, tag, 0, 0)).isNull();
        assertThat(heap.tryAllocate(50, pooled, 0, 0)).isNotNull();
        assertThat(heap.tryAllocate(50, pooled, 0, 0)).isNull();
        assertThat(region.memory.getLong(region.map.tagAt(tag) + TagLayout.REFUSED_OFFSET))
                .isEqualTo(1);
        assertThat(region.memory.getLong(region.map.poolAt(0) + PoolLayout.REFUSED_OFFSET))
                .isEqualTo(1);
    }

    @Test
    void aRefusalCountsForWhatHasRefusedThoughThatHasRoomByNow() {
        HeapFixture region =
                new HeapFixture(2 << 20, new PoolSpec("packet", 100, 1, true), new PoolSpec("report", 200, 1, true));
        int pooled = region.tags.idOf("packet");
        int budgeted = region.tags.idOf("report");
        region.tags.setBudget(budgeted, 150);
        Heap heap = region.heap(1);
        List<Block> blocks = new ArrayList<>();
        blocks.add(heap.tryAllocate(100, budgeted, 0, 0));
        blocks.add(heap.tryAllocate(50, pooled, 0, 0));
        heap.beforeRefusal(() -> {
            blocks.forEach(Block::free);
            blocks.clear();
            return false;
        });
        assertThat(heap.tryAllocate(100, budgeted, 0, 0)).isNull();
        assertThat(region.memory.getLong(region.map.tagAt(budgeted) + TagLayout.REFUSED_OFFSET))
                .isEqualTo(1);
        assertThat(heap.tryAllocate(3 << 20, 0, 0, 0)).as("no room at all").isNull();
        blocks.add(heap.tryAllocate(50, pooled, 0, 0));
        assertThat(heap.tryAllocate(50, pooled, 0, 0)).isNull();
        assertThat(region.memory.getLong(region.map.poolAt(0) + PoolLayout.REFUSED_OFFSET))
                .isEqualTo(1);
        assertThat(region.memory.getLong(region.map.poolAt(1) + PoolLayout.REFUSED_OFFSET))
                .isZero();
        assertThat(region.memory.getLong(region.map.tagAt(budgeted) + TagLayout.REFUSED_OFFSET))
                .isEqualTo(1);
    }

    @Test
    void whatHelpsBeforeARefusalIsNone() {
        HeapFixture region = new HeapFixture(SIZE);
        int tag = region.tags.idOf("report");
        region.tags.setBudget(tag, 10_000);
        Heap heap = region.heap(1);
        Block block = heap.tryAllocate(10_000, tag, 0, 0);
        heap.beforeRefusal(() -> {
            block.free();
            return true;
        });

        assertThat(heap.tryAllocate(10_000, tag, 0, 0)).isNotNull();
        assertThat(region.memory.getLong(region.map.tagAt(tag) + TagLayout.REFUSED_OFFSET))
                .isZero();
    }

    @Test
    void aBudgetIsNotChargedForWhatDidNotFit() {
        HeapFixture region = new HeapFixture(2 << 20);
        int tag = region.tags.idOf("report");
        region.tags.setBudget(tag, 100 << 20);
        assertThat(region.heap(1).tryAllocate(50 << 20, tag, 0, 0)).isNull();
        assertThat(region.tags.used(tag)).isZero();
    }

    // ---------------------------------------------------------------- threads

    @Test
    void blocksFreedByAnotherThreadComeBackToTheirOwner() throws Exception {
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        int perSlab = Geometry.ofClass(SizeClasses.classOf(1000)).count();
        for (int freed : new int[] {perSlab, perSlab / 2, 1, perSlab + 1, 3 * perSlab}) {
            for (int round = 0; round < 3; round++) {
                List<Block> blocks = fillAny(3 * perSlab, heap, 0, 1000);
                assertThat(blocks).hasSize(3 * perSlab);
                int slabs = region.audit().slabs(SlabState.OWN);
                List<Block> handed = new ArrayList<>(blocks.subList(3 * perSlab - freed, 3 * perSlab));
                inThread(() -> {
                    handed.forEach(Block::free);
                    return null;
                });
                // As many again fit where they were: none of them is forgotten.
                handed.replaceAll(b -> heap.tryAllocate(1000, 0, 0, 0));
                assertThat(handed).doesNotContainNull();
                assertThat(region.audit().slabs(SlabState.OWN))
                        .as("slabs for %s again", freed)
                        .isEqualTo(slabs);
                handed.forEach(Block::free);
                blocks.subList(0, 3 * perSlab - freed).forEach(Block::free);
            }
        }
    }

    @Test
    void aFullRegionFindsWhatAnotherThreadFreed() throws Exception {
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        Random random = seeded();
        List<Block> blocks = HeapFixture.fill(heap, 3000);
        for (int round = 0; round < 50; round++) {
            List<Block> handed = new ArrayList<>();
            for (int i = random.nextInt(100); i >= 0; i--) {
                handed.add(blocks.remove(random.nextInt(blocks.size())));
            }
            inThread(() -> {
                handed.forEach(Block::free);
                return null;
            });
            int freed = handed.size();
            List<Block> again = HeapFixture.fill(heap, 3000);
            assertThat(again).hasSize(freed);
            blocks.addAll(again);
        }
    }

    @Test
    void slabsOfAThreadThatEndedServeOthersOfItsProcessAndOtherProcesses() throws Exception {
        HeapFixture region = new HeapFixture(2 << 20);
        int room = region.room(1000);
        Heap heap = region.heap(1);
        List<Block> kept = inThread(() -> {
            List<Block> all = HeapFixture.fill(heap, 1000);
            List<Block> some = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (i % 7 == 0) {
                    some.add(all.get(i));
                } else {
                    all.get(i).free();
                }
            }
            return some;
        });
        heap.flush();
        assertThat(region.audit().slabs(SlabState.OWN)).isZero();
        Heap other = region.heap(2);
        List<Block> others = HeapFixture.fill(other, 1000);
        assertThat(others).hasSize(room - kept.size());
        others.forEach(Block::free);
        // The owner of the blocks frees them, the owner of the slabs gets them.
        kept.forEach(Block::free);
        assertThat(HeapFixture.fill(other, 1000)).hasSize(room);
        region.audit();
    }

    @Test
    void virtualThreadsShareTheirSlabs() throws Exception {
        Assumptions.assumeTrue(VirtualThreads.SUPPORTED, "virtual threads are from 21 on");
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        Callable<List<Block>> task = () -> fillAny(100, heap, 0, 500);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            FutureTask<List<Block>> future = new FutureTask<>(task);
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, future);
            blocks.addAll(future.get());
        }
        assertThat(blocks).hasSize(5000);
        assertThat(new HashSet<>(region.audit().live)).hasSize(5000);
        FutureTask<Void> frees = new FutureTask<>(() -> {
            blocks.forEach(Block::free);
            return null;
        });
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, frees);
        frees.get();
        assertThat(region.audit().live).isEmpty();
        heap.close();
    }

    private static <T> T inThread(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future);
        thread.start();
        thread.join();
        return future.get();
    }

    // ---------------------------------------------------------------- totals

    @Test
    void totalsAndPeaksAreRightAfterAFlush() {
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        int tag = region.tags.idOf("packet");
        List<Block> blocks = fillAny(10, heap, tag, 100);
        blocks.subList(0, 6).forEach(Block::free);
        heap.flush();
        long at = region.map.tagAt(tag) + TagLayout.TOTALS_OFFSET;
        assertThat(region.memory.getLong(at + TotalsLayout.ALLOCATIONS_OFFSET)).isEqualTo(10);
        assertThat(region.memory.getLong(at + TotalsLayout.FREES_OFFSET)).isEqualTo(6);
        assertThat(region.memory.getLong(at + TotalsLayout.BYTES_ALLOCATED_OFFSET))
                .isEqualTo(1000);
        assertThat(region.memory.getLong(at + TotalsLayout.BYTES_FREED_OFFSET)).isEqualTo(600);
        assertThat(region.memory.getLong(at + TotalsLayout.PEAK_BLOCKS_OFFSET)).isEqualTo(10);
        assertThat(region.memory.getLong(at + TotalsLayout.PEAK_BYTES_OFFSET)).isEqualTo(1000);
        heap.flush();
        assertThat(region.memory.getLong(at + TotalsLayout.ALLOCATIONS_OFFSET)).isEqualTo(10);
    }

    // ---------------------------------------------------------------- handles

    @Test
    void generationsNeverRepeatWithinARecord() {
        HeapFixture region = new HeapFixture(2 << 20);
        Heap first = region.heap(1);
        Heap second = region.heap(2);
        Random random = seeded();
        Set<Long> handles = new HashSet<>();
        List<Block> live = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            if (live.size() > 40 || (!live.isEmpty() && random.nextBoolean())) {
                live.remove(random.nextInt(live.size())).free();
            } else {
                Block block = (random.nextBoolean() ? first : second)
                        .tryAllocate(1 + random.nextInt(random.nextInt(10) == 0 ? 150_000 : 200), 0, 0, 0);
                if (block != null) {
                    assertThat(handles.add(block.handle())).isTrue();
                    live.add(block);
                }
            }
        }
    }

    @Test
    void randomHandlesNameNoBlock() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("", 300, 20, false));
        Heap heap = region.heap(1);
        Random random = seeded();
        List<Block> blocks = fillAny(200, heap, 0, 100);
        blocks.add(heap.tryAllocate(300_000, 0, 0, 0));
        for (int i = 0; i < 200_000; i++) {
            long handle = random.nextLong();
            if (random.nextBoolean()) {
                handle = Handle.pack(random.nextInt(70), random.nextInt(1024), random.nextInt(1 << 20) << 14);
            }
            assertThat(heap.resolve(handle)).isNull();
            assertThat(heap.describe(handle)).isNotEmpty();
        }
        for (Block block : blocks) {
            long handle = block.handle();
            assertThat(heap.resolve(handle).handle()).isEqualTo(handle);
            block.free();
            assertThat(heap.resolve(handle)).isNull();
            assertThat(heap.describe(handle)).containsAnyOf("freed", "no block");
        }
    }

    @Test
    void saysWhatARefusedFreeWas() {
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        Heap other = region.heap(2);
        Block block = heap.tryAllocate(100, 0, 0, 0);
        long recordAt = block.recordAt();
        long word = block.word();
        assertThat(other.free(recordAt, word, 0)).isEqualTo(FreeResult.NOT_OWNER);
        assertThat(heap.free(recordAt, word, 0)).isEqualTo(FreeResult.FREED);
        assertThat(heap.free(recordAt, word, 0)).isEqualTo(FreeResult.DOUBLE_FREE);
        Block next = heap.tryAllocate(100, 0, 0, 0);
        assertThat(next.recordAt()).isEqualTo(recordAt);
        assertThat(heap.free(recordAt, word, 0)).isEqualTo(FreeResult.STALE);
        region.memory.putLong(recordAt, StateWord.pack(3, 1, 7) ^ 1);
        assertThat(heap.free(recordAt, next.word(), 0)).isEqualTo(FreeResult.DAMAGED);
    }

    @Test
    void aBlockOfAnotherCanBeReadButNeitherFreedNorResized() {
        HeapFixture region = new HeapFixture(SIZE);
        Heap owner = region.heap(1);
        Heap other = region.heap(2);
        Block block = owner.tryAllocate(100, 0, 0, 0);
        block.putLong(0, 42);
        Block seen = other.resolve(block.handle());
        assertThatThrownBy(() -> seen.resize(101)).isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(() -> seen.resize(90)).isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(() -> seen.resize(5000)).isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(seen::free).isInstanceOf(StaleHandleException.class).hasMessageContaining("another");
        assertThat(seen.getLong(0)).as("after the refused free").isEqualTo(42);
        assertThat(seen.isLive()).isTrue();
        assertThat(region.audit().liveBytes).isEqualTo(100);
        block.free();
        assertThat(seen.isLive()).isFalse();
    }

    @Test
    void aClosedHeapRefusesEverything() {
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        Block block = heap.tryAllocate(100, 0, 0, 0);
        heap.close();
        heap.flush();
        assertThatThrownBy(() -> heap.tryAllocate(1, 0, 0, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> heap.free(block.recordAt(), block.word(), 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> heap.resolve(block.handle())).isInstanceOf(IllegalStateException.class);
        assertThat(region.audit().blocks(BlockState.LIVE)).isEqualTo(1);
    }

    @Test
    void aRecordThatIsDamagedIsLeftAloneHoweverManyThereAre() {
        HeapFixture region = new HeapFixture(SIZE);
        Heap heap = region.heap(1);
        List<Block> blocks = HeapFixture.fill(heap, 16);
        int damaged = 0;
        for (Block block : blocks) {
            // One block stays in each slab, or it would be formed anew.
            if (heap.indexOf(block.recordAt()) != 0) {
                block.free();
                region.memory.putLong(block.recordAt(), 1L << 40);
                damaged++;
            }
        }
        assertThat(damaged).isGreaterThan(30_000);
        assertThat(heap.tryAllocate(16, 0, 0, 0)).isNull();
        assertThat(region.books().problems).hasSize(damaged);
    }

    @Test
    void aHintThatPromisesTooMuchHidesNoFreeMemory() throws Exception {
        HeapFixture region = new HeapFixture(2 << 20);
        Heap heap = region.heap(1);
        List<Block> left = inThread(() -> HeapFixture.fill(heap, 1000));
        heap.flush();
        int count = new LedgerScan(region.memory, region.map).slabCount();
        for (int slab = 0; slab < count; slab++) {
            // Only of the first two slabs is something free, and only the others say so.
            region.memory.putLong(region.map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, slab < 2 ? 0 : -1L);
        }
        int free = 0;
        for (Block block : left) {
            if (heap.slabOf(block.recordAt()) < 2) {
                heap.free(block.recordAt(), block.word(), 0);
                free++;
            }
        }
        for (int slab = 0; slab < 2; slab++) {
            region.memory.putLong(region.map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, 0);
        }
        assertThat(HeapFixture.fill(region.heap(2), 1000)).hasSize(free);
    }

    @Test
    void oneThatOnlyReadsIsFlushedAndClosedWithoutAWrite() {
        HeapFixture region = new HeapFixture(SIZE);
        Block block = region.heap(1).tryAllocate(100, 0, 0, 0);
        byte[] before = region.bytes();
        Heap reader = region.heap(0, SharedMemory.at(region.memory.addressOf(0, SIZE), SIZE, false, region.memory));
        assertThat(reader.resolve(block.handle()).size()).isEqualTo(100);
        reader.flush();
        reader.close();
        assertThat(region.bytes()).isEqualTo(before);
    }

    private static Random seeded() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("HeapTest -Dshm.seed=" + seed);
        return new Random(seed);
    }

    /** KillsIT found it: room for one run fewer, for ever. */
    @Test
    void whatADeadOneFreedWithoutAWordIsFound() {
        HeapFixture region = new HeapFixture(2 << 20);
        Heap owner = region.heap(1);
        region.heap(2);
        List<Block> all = HeapFixture.fill(owner, 1000);
        int largeBlocks = region.room(150_000);
        assertThat(largeBlocks).isZero();
        for (Block block : all) {
            // As another process leaves it that is killed between the free and the hint.
            region.memory.putLong(
                    block.recordAt(), BlockStates.free(StateWord.generation(region.memory.getLong(block.recordAt()))));
        }
        assertThat(owner.tryAllocate(150_000, 0, 0, 0)).isNull();
        region.reclaim(2);
        assertThat(HeapFixture.fill(owner, 150_000)).hasSize(new HeapFixture(2 << 20).room(150_000));
    }
}
