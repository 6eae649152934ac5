package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.LimitedMemory;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Fixed interleavings: one participant is stopped before each of its writes and ordered reads in turn, and others run meanwhile. Whoever
 * runs has a limited number of writes, so that waiting for the stopped one would show.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeapRaceTest {
    private static final int SIZE = 2 << 20;
    private static final long MOST_WRITES = 100_000;
    private static final long[] SIZES = {1000, 14_000, 20_000, 150_000};
    private static final PoolSpec POOL = new PoolSpec("p", 3000, 30, true);

    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void endThread() {
        other.shutdown();
    }

    // ---------------------------------------------------------------- two processes

    @Test
    void twoThatClaimAtOnceGetDifferentSlabs() {
        for (long mine : SIZES) {
            for (long theirs : SIZES) {
                everyInterleaving(
                        (region, view) -> {
                            Heap heap = region.heap(1, view);
                            return () -> List.of(heap.tryAllocate(mine, 0, 0, 0));
                        },
                        region -> List.of(limited(region, 2).tryAllocate(theirs, 0, 0, 0)));
            }
        }
    }

    @Test
    void oneThatIsStoppedHoldsUpNobody() {
        everyInterleaving(
                (region, view) -> {
                    Heap heap = region.heap(1, view);
                    return () -> work(region, heap);
                },
                region -> work(region, limited(region, 2)));
    }

    @Test
    void oneThatIsStoppedInAReclaimHoldsUpNobody() {
        everyInterleaving(
                (region, view) -> {
                    Heap dead = region.heap(3);
                    work(region, dead);
                    return () -> {
                        region.reclaim(view, false).reclaim(2);
                        return List.of();
                    };
                },
                region -> work(region, limited(region, 2)));
    }

    @Test
    void twoThatTakeOneRunApartFreeEachSlabOnce() {
        everyInterleaving(
                (region, view) -> {
                    Heap heap = region.heap(1, view);
                    Block large = heap.tryAllocate(400_000, 0, 0, 0);
                    return () -> {
                        large.free();
                        return List.of();
                    };
                },
                region -> {
                    Heap heap = limited(region, 2);
                    List<Block> blocks = new ArrayList<>(HeapFixture.fill(heap, 150_000));
                    blocks.addAll(HeapFixture.fill(heap, 14_000));
                    blocks.subList(0, blocks.size() / 2).forEach(Block::free);
                    return blocks.subList(blocks.size() / 2, blocks.size());
                });
    }

    @Test
    void aRunThatAReclaimerHasTakenApartMeanwhileIsNotReleasedAgain() {
        everyInterleaving(
                (region, view) -> {
                    Heap heap = region.heap(1, view);
                    Block large = heap.tryAllocate(400_000, 0, 0, 0);
                    return () -> {
                        large.free();
                        return List.of();
                    };
                },
                region -> {
                    region.reclaim(3);
                    return new ArrayList<>(HeapFixture.fill(limited(region, 2), 400_000));
                });
    }

    @Test
    void aBlockOfAPoolThatIsFreedDuringASearchIsFoundByTheNext() {
        boolean again = true;
        for (int n = 1; again; n++) {
            HeapFixture region = new HeapFixture(SIZE, new PoolSpec("p", 100, 130, true));
            int tag = region.tags.idOf("p");
            Heap holder = region.heap(2);
            List<Block> all = new ArrayList<>();
            for (int i = 0; i < 130; i++) {
                all.add(holder.tryAllocate(100, tag, 0, 0));
            }
            Switch view = new Switch(region.memory);
            Heap heap = region.heap(1, view);
            // All records were read in this tick, and a hint tells of a record that is taken again.
            assertThat(heap.tryAllocate(100, tag, 0, 0)).isNull();
            all.get(60).free();
            holder.tryAllocate(100, tag, 0, 0);
            InterruptedMemory counted =
                    new InterruptedMemory(region.memory, n, () -> all.get(61).free());
            view.counts = counted;
            Block found = heap.tryAllocate(100, tag, 0, 0);
            view.counts = null;
            again = counted.happened();
            if (again && found == null) {
                // The records are not all read once more in this tick, so the hint must tell.
                assertThat(heap.tryAllocate(100, tag, 0, 0))
                        .as("freed at step %s", n)
                        .isNotNull();
            }
            region.audit();
        }
    }

    @Test
    void aRunThatIsBeingFormedIsNobodyElses() {
        everyInterleaving(
                (region, view) -> {
                    Heap heap = region.heap(1, view);
                    return () -> {
                        Block block = heap.tryAllocate(400_000, 0, 0, 0);
                        return block == null ? List.of() : List.of(block);
                    };
                },
                region -> {
                    region.reclaim(3);
                    Heap heap = limited(region, 2);
                    List<Block> blocks = HeapFixture.fill(heap, 400_000);
                    blocks.addAll(HeapFixture.fill(heap, 50_000));
                    return blocks;
                });
    }

    /** Some of everything; what is given back is still in use. */
    private static List<Block> work(HeapFixture region, Heap heap) {
        int tag = region.tags.idOf("p");
        List<Block> kept = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            List<Block> freed = new ArrayList<>();
            for (long size : SIZES) {
                Block block = heap.tryAllocate(size, 0, 0, 0);
                assertThat(block)
                        .as("a block of %s in %s", size, region.slabs())
                        .isNotNull();
                (kept.size() % 2 == round ? kept : freed).add(block);
            }
            freed.add(heap.tryAllocate(2000, tag, 0, 0));
            kept.add(heap.tryAllocate(2000, tag, 0, 0));
            freed.forEach(Block::free);
        }
        return kept;
    }

    private static Heap limited(HeapFixture region, int owner) {
        return region.heap(owner, new LimitedMemory(region.memory, MOST_WRITES));
    }

    /** Prepares through a view of the region, and gives the operation to be interrupted: what it keeps in use. */
    private interface Prepared {
        Callable<List<Block>> on(HeapFixture region, SharedMemory view);
    }

    private interface Meanwhile {
        List<Block> on(HeapFixture region);
    }

    private void everyInterleaving(Prepared prepared, Meanwhile meanwhile) {
        int room = new HeapFixture(SIZE, POOL).room(6000);
        boolean again = true;
        for (int n = 1; again; n++) {
            HeapFixture region = new HeapFixture(SIZE, POOL);
            List<Block> theirs = new ArrayList<>();
            // Counting starts when all is prepared; until then the switch is off.
            Switch view = new Switch(region.memory);
            Callable<List<Block>> operation = prepared.on(region, view);
            InterruptedMemory counted = new InterruptedMemory(region.memory, n, () -> {
                region.audit();
                theirs.addAll(meanwhile.on(region));
                region.audit();
            });
            view.counts = counted;
            List<Block> all = new ArrayList<>(call(operation));
            view.counts = null;
            again = counted.happened();
            all.addAll(theirs);

            Set<Long> handles = new HashSet<>();
            all.forEach(b -> handles.add(b.handle()));
            assertThat(handles).hasSize(all.size());
            HeapFixture.Books books = region.audit();
            assertThat(new HashSet<>(books.live))
                    .as("interrupted at step %s", n)
                    .isEqualTo(handles);
            assertThat(books.blocks(BlockState.RESERVED)).isZero();
            assertThat(books.slabs(SlabState.CLAIM) + books.slabs(SlabState.RELEASING))
                    .isZero();
            for (int owner = 1; owner <= 3; owner++) {
                region.reclaim(owner);
            }
            assertThat(region.room(6000))
                    .as("interrupted at step %s: %s", n, region.slabs())
                    .isEqualTo(room);
        }
    }

    private static <T> T call(Callable<T> operation) {
        try {
            return operation.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Lets another memory see the writes, from a moment of the test's choice on. */
    private static final class Switch extends WatchedMemory {
        private InterruptedMemory counts;

        Switch(SharedMemory inner) {
            super(inner);
        }

        @Override
        protected void beforeWrite(long offset) {
            if (counts != null) {
                counts.beforeAny(offset);
            }
        }

        /** What is read with an order is a place to be stopped at, too. */
        @Override
        public long getLongAcquire(long offset) {
            beforeWrite(offset);
            return super.getLongAcquire(offset);
        }
    }

    // ---------------------------------------------------------------- two threads of one process

    @Test
    void ofTwoThreadsThatFreeOneBlockOneDoesAndTheNextLifeIsUntouched() throws Exception {
        for (int flags : new int[] {0, BlockSpec.of(1).secret().flags()}) {
            for (boolean pool : new boolean[] {false, true}) {
                boolean again = true;
                for (int n = 1; again; n++) {
                    again = raceToFree(n, flags, pool);
                }
            }
        }
    }

    private boolean raceToFree(int n, int flags, boolean pool) throws Exception {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("p", 100, 1, true));
        int tag = pool ? region.tags.idOf("p") : 0;
        Switch view = new Switch(region.memory);
        Heap heap = region.heap(1, view);
        int site = new Sites(region.memory, region.map).idOf(Site.of("A", "b", "A.java", 1));
        Block block = other.submit(() -> heap.tryAllocate(100, tag, 0, flags)).get();
        List<FreeResult> results = new ArrayList<>();
        List<Block> next = new ArrayList<>();
        InterruptedMemory counted = new InterruptedMemory(
                region.memory,
                n,
                () -> inOther(() -> {
                    results.add(heap.free(block.recordAt(), block.word(), 0));
                    Block b = heap.tryAllocate(90, tag, site, 0);
                    if (b != null) {
                        b.fill((byte) 0x55);
                        next.add(b);
                    }
                    return null;
                }));
        view.counts = counted;
        results.add(heap.free(block.recordAt(), block.word(), 0));
        view.counts = null;

        assertThat(results.stream().filter(r -> r == FreeResult.FREED))
                .as("%s at step %s", results, n)
                .hasSize(1);
        assertThat(results).doesNotContain(FreeResult.IN_CELL, FreeResult.DAMAGED, FreeResult.NOT_OWNER);
        HeapFixture.Books books = region.audit();
        assertThat(books.live).hasSize(next.size());
        for (Block b : next) {
            assertThat(heap.resolve(b.handle())).as("at step %s", n).isNotNull();
            for (int i = 0; i < 90; i++) {
                assertThat(b.getByte(i)).as("byte %s, at step %s", i, n).isEqualTo((byte) 0x55);
            }
            RecordView record = new LedgerScan(region.memory, region.map).blockAt(b.offset());
            assertThat(record.changedBy()).as("changed by, at step %s", n).isZero();
            assertThat(record.site()).isEqualTo(site);
        }
        if (next.isEmpty()) {
            assertThat(other.submit(() -> heap.tryAllocate(90, tag, site, 0)).get())
                    .isNotNull();
        }
        return counted.happened();
    }

    @Test
    void aSlabThatItsOwnerGivesBackMeanwhileIsNotReleasedForTheNext() throws Exception {
        boolean again = true;
        int taken = 0;
        for (int n = 1; again; n++) {
            HeapFixture region = new HeapFixture(SIZE);
            Switch view = new Switch(region.memory);
            Heap heap = region.heap(1, view);
            long whole = Geometry.ofLarge(new LedgerScan(region.memory, region.map).slabCount())
                    .blockBytes();
            Block block = other.submit(() -> heap.tryAllocate(100, 0, 0, 0)).get();
            List<Block> large = new ArrayList<>();
            InterruptedMemory counted = new InterruptedMemory(
                    region.memory,
                    n,
                    () -> inOther(() -> {
                        HeapFixture.fill(heap, 100).forEach(Block::free);
                        large.addAll(HeapFixture.fill(heap, whole));
                        return null;
                    }));
            view.counts = counted;
            block.free();
            view.counts = null;
            again = counted.happened();
            taken += large.size();
            assertThat(region.audit().live)
                    .as("freed at step %s: %s", n, region.slabs())
                    .hasSize(large.size());
            large.forEach(Block::free);
        }
        assertThat(taken).isPositive();
    }

    private void inOther(Callable<Void> task) {
        try {
            other.submit(task).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    // ---------------------------------------------------------------- a scan meanwhile

    @Test
    void aScanNeverShowsABodyOfAnotherLife() {
        HeapFixture region = new HeapFixture(SIZE, new PoolSpec("p", 200, 100, true));
        Sites sites = new Sites(region.memory, region.map);
        int[] ids = new int[30];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = sites.idOf(Site.of("C" + i, "m", "C.java", i));
        }
        Heap heap = region.heap(1);
        int tag = region.tags.idOf("p");
        List<Block> blocks = new ArrayList<>();
        Map<Long, Integer> lives = new HashMap<>();
        int[] life = new int[1];
        LongConsumer step = recordAt -> {
            int i = life[0]++ % ids.length;
            // The one that is just being read ends, and its record begins another life at once.
            blocks.removeIf(b -> {
                if (b.recordAt() == recordAt) {
                    b.free();
                }
                return b.recordAt() == recordAt;
            });
            if (blocks.size() > 60) {
                blocks.remove(life[0] * 7 % blocks.size()).free();
            }
            Block block = heap.tryAllocate(1 + i % 15, i % 3 == 0 ? tag : 0, ids[i], 0);
            lives.put(block.handle(), ids[i]);
            blocks.add(block);
            if (life[0] % 50 == 0) {
                heap.tryAllocate(120_000 + 5L * life[0], 0, 0, 0).free();
            }
        };
        for (int i = 0; i < 60; i++) {
            step.accept(0);
        }
        for (int every = 1; every < 40; every++) {
            SharedMemory seam = new Reading(region.memory, every, step);
            List<String> torn = new ArrayList<>();
            int[] slabs = new int[1];
            new LedgerScan(seam, region.map).forEach(new LedgerScan.Visitor() {
                @Override
                public void slab(SlabView slab) {
                    slabs[0] += slab.slabs();
                    assertThat(slab.damaged()).isFalse();
                }

                @Override
                public void block(SlabView slab, RecordView block) {
                    assertThat(block.damaged()).isFalse();
                    // Size, tag and site of a life tell each other, and belong to its generation.
                    if (block.state() == BlockState.LIVE && block.site() != 0) {
                        int i = indexOf(ids, block.site());
                        if (block.size() != 1 + i % 15
                                || block.tag() != (i % 3 == 0 ? tag : 0)
                                || lives.get(block.handle()) != block.site()) {
                            torn.add(block.size() + " bytes at site " + block.site());
                        }
                    }
                }
            });
            assertThat(torn).isEmpty();
            assertThat(slabs[0]).isEqualTo(new LedgerScan(region.memory, region.map).slabCount());
        }
        region.audit();
    }

    private static int indexOf(int[] ids, int id) {
        int i = 0;
        while (ids[i] != id) {
            i++;
        }
        return i;
    }

    /** Others take a step after every k-th acquiring read of a record's state. */
    private static final class Reading extends SharedMemory {
        private final int every;
        private final LongConsumer step;
        private long reads;

        Reading(SharedMemory inner, int every, LongConsumer step) {
            super(inner);
            this.every = every;
            this.step = step;
        }

        @Override
        public long getLongAcquire(long offset) {
            long value = super.getLongAcquire(offset);
            if (++reads % every == 0 && reads < 20_000 && offset % RecordLayout.LENGTH == 0) {
                step.accept(offset);
            }
            return value;
        }
    }

    @Test
    void aRecountInTheMiddleOfAnybodysChargeLeavesTheBudgetAlone() {
        boolean finished = false;
        int refused = 0;
        for (long at = 1; !finished; at++) {
            HeapFixture region = new HeapFixture(1 << 20);
            int tag = region.tags.idOf("b");
            region.tags.setBudget(tag, 100_000);
            boolean[] done = new boolean[1];
            InterruptedMemory view = new InterruptedMemory(
                    region.memory, at, () -> done[0] = new Recount(region.memory, region.map, -1).run());
            Heap heap = region.heap(1, view);
            Block block = heap.tryAllocate(2000, tag, 0, 0);
            block = block.resize(1900).resize(5000);
            assertThat(region.tags.used(tag)).as("interrupted at " + at).isEqualTo(5000);
            block.free();
            assertThat(region.tags.used(tag)).as("interrupted at " + at).isZero();
            finished = !view.happened();
            refused += done[0] ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(10);
    }
}
