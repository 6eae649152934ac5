package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.ShmException;
import io.shm.ladder.Ladder;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random words of the tables, slabs and records are overwritten, some with words that look right; then everything is
 * done that a heap can do. Each call ends, with a result or with an exception that says what is wrong.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeapHostileTest {
    private static final int SIZE = 2 << 20;
    private static final int ROUNDS = Ladder.size("damages", 400, 10_000);

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private SplittableRandom random;
    private HeapFixture region;
    private Heap heap;
    private Heap other;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Block> others = new ArrayList<>();
    private int tag;
    private int budgeted;
    private int site;

    HeapHostileTest() {
        System.out.println("HeapHostileTest -Dshm.seed=" + seed);
    }

    @Test
    void survivesDamageOfTheSlabTable() {
        rounds(1, () -> {
            long entryAt = region.map.slabEntryAt(random.nextInt(24));
            if (random.nextBoolean()) {
                damage(entryAt + 8L * random.nextInt(3));
            } else {
                region.memory.putLong(
                        entryAt,
                        SlabWord.pack(random.nextInt(16), random.nextInt(4), random.nextInt(256), random.nextInt(9)));
                region.memory.putInt(entryAt + SlabLayout.RUN_OFFSET, random.nextInt(40) - 4);
                region.memory.putInt(entryAt + SlabLayout.HEAD_OFFSET, random.nextInt(40) - 4);
            }
        });
    }

    @Test
    void survivesDamageOfRecords() {
        rounds(2, () -> {
            int slab = random.nextInt(24);
            long recordAt = region.map.slabAt(slab) + 64L * random.nextInt(1, 130);
            switch (random.nextInt(3)) {
                case 0 -> damage(recordAt + 8L * random.nextInt(8));
                case 1 ->
                    region.memory.putLong(
                            recordAt, StateWord.pack(random.nextInt(16), random.nextInt(4), random.nextInt(5000)));
                default -> region.memory.copy(region.map.slabAt(random.nextInt(24)) + 64, recordAt, 64);
            }
        });
    }

    @Test
    void survivesDamageOfThePoolTable() {
        rounds(3, () -> {
            long poolAt = region.map.poolAt(random.nextInt(2));
            damage(poolAt + 8L * random.nextInt(8));
            if (random.nextBoolean()) {
                region.memory.putInt(poolAt + PoolLayout.FIRST_SLAB_OFFSET, random.nextInt(40) - 4);
                region.memory.putInt(poolAt + PoolLayout.SLABS_OFFSET, random.nextInt(40) - 4);
            }
        });
    }

    @Test
    void survivesDamageOfSitesTagsAndTexts() {
        rounds(4, () -> damage(random.nextLong(region.map.tagAt(0), region.map.faultAt(0)) & -8));
    }

    @Test
    void survivesDamageOfCountersAndCounts() {
        rounds(5, () -> damage(HeaderLayout.GENERATION_OFFSET + 128L * random.nextInt(9)));
    }

    @Test
    void survivesDamageAnywhere() {
        rounds(6, () -> {
            for (int i = random.nextInt(3000); i >= 0; i--) {
                damage(random.nextLong(HeaderLayout.GENERATION_OFFSET, SIZE) & -8);
            }
        });
    }

    private void damage(long at) {
        switch (random.nextInt(6)) {
            case 0 -> region.memory.putLong(at, random.nextLong());
            case 1 -> region.memory.putLong(at, 0);
            case 2 -> region.memory.putLong(at, -1);
            case 3 -> region.memory.putLong(at, region.memory.getLong(at) ^ (1L << random.nextInt(64)));
            case 4 -> region.memory.putLong(at, random.nextLong() >>> random.nextInt(64));
            default -> region.memory.putLong(at, random.nextInt(100));
        }
    }

    private void rounds(int which, Runnable damage) {
        byte[] sound = null;
        for (int round = 0; round < ROUNDS; round++) {
            Ladder.damaged();
            random = new SplittableRandom(seed + 1_000_003L * round + which);
            if (sound == null || round % 20 == 0) {
                build();
                sound = region.bytes();
            } else {
                region.restore(sound);
                heap = region.heap(1);
                other = region.heap(2);
            }
            for (int i = random.nextInt(12); i >= 0; i--) {
                damage.run();
            }
            try {
                useAll();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("seed=" + seed + " round=" + round, e);
            }
        }
    }

    private void build() {
        region = new HeapFixture(SIZE, new PoolSpec("packet", 100, 50, true), new PoolSpec("", 20_000, 5, false));
        heap = region.heap(1);
        other = region.heap(2);
        tag = region.tags.idOf("packet");
        budgeted = region.tags.idOf("budgeted");
        region.tags.setBudget(budgeted, 100_000);
        site = new Sites(region.memory, region.map).idOf(Site.of("A", "b", "A.java", 1));
        blocks.clear();
        others.clear();
        for (int i = 0; i < 60; i++) {
            int flags = i % 5 == 0 ? BlockSpec.of(1).secret().flags() : i % 7 == 0 ? 8 << 4 : 0;
            long size = i % 12 == 0 ? 130_000 : 1 + 11L * i * i;
            int its = i % 3 == 0 ? budgeted : i % 4 == 0 ? tag : 0;
            Block block = heap.tryAllocate(size, its, site, flags);
            if (block != null) {
                (i % 10 == 9 ? others : blocks).add(block);
            }
            others.add(other.tryAllocate(50, 0, 0, 0));
        }
    }

    private void useAll() {
        List<Block> mine = new ArrayList<>();
        for (Heap each : List.of(heap, other)) {
            for (long size : new long[] {1, 100, 5000, 30_000, 150_000}) {
                for (int its : new int[] {0, tag, budgeted}) {
                    attempt(() -> {
                        Block block = each.tryAllocate(size, its, site, random.nextInt(2) | random.nextInt(13) << 4);
                        if (block == null) {
                            assertThat(each.refusal(size, its, site)).isInstanceOf(ShmException.class);
                        } else {
                            mine.add(block);
                        }
                    });
                }
            }
        }
        for (Block block : blocks) {
            attempt(() -> {
                // As its owner's object says it; the object itself is of an earlier heap on this region.
                Block found = heap.resolve(block.handle());
                if (found != null) {
                    found.resize(1 + random.nextInt(300));
                }
            });
            attempt(() -> heap.describe(block.handle()));
            attempt(() -> heap.free(block.recordAt(), block.word(), site));
            attempt(() -> heap.free(block.recordAt(), region.memory.getLong(block.recordAt()), site));
        }
        for (Block block : others) {
            attempt(() -> heap.free(block.recordAt(), block.word(), site));
            attempt(() -> other.free(block.recordAt(), block.word(), site));
        }
        for (Block block : mine) {
            attempt(() -> block.putByte(block.size() - 1, (byte) 1));
            attempt(block::capacity);
            attempt(block::free);
        }
        for (int i = 0; i < 50; i++) {
            long handle = Handle.pack(random.nextInt(40), random.nextInt(200), random.nextInt(5000));
            attempt(() -> heap.resolve(handle));
            attempt(() -> heap.describe(handle));
        }
        attempt(heap::flush);
        attempt(() -> {
            Heap late = region.heap(3);
            late.tryAllocate(100, tag, site, 0);
            late.tryAllocate(200_000, 0, 0, 0);
            late.close();
        });
        attempt(() -> assertThat(region.books().visited).isEqualTo(slabCount()));
        assertThat(region.books().total).isEqualTo(SIZE);
        attempt(() -> region.reclaim(region.memory, false).reclaim(0));
        attempt(() -> region.reclaim(region.memory, true).reclaim(1));
        assertThat(region.books().total).isEqualTo(SIZE);
    }

    private int slabCount() {
        return new LedgerScan(region.memory, region.map).slabCount();
    }

    /** Runs it; what it may throw is what a caller is told to expect. */
    private static void attempt(Runnable call) {
        try {
            call.run();
        } catch (ShmException | IllegalStateException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
