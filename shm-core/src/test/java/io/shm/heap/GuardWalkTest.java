package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.shm.error.OutOfSharedMemoryException;
import io.shm.layout.RecordLayout;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.memory.InterruptedReads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Damage that no free would find is found, once; and what others do meanwhile is none. */
class GuardWalkTest {
    /** Room for a slab of every size that three processes use at once, and for their large runs. */
    private final HeapFixture fixture = new HeapFixture(16 << 20, new PoolSpec("", 200, 20, false));

    private final Heap heap = fixture.heap(1);

    private List<Fault> faults() {
        return new FaultLog(fixture.memory, fixture.map).read();
    }

    /** More than two rounds, whatever the slabs hold. */
    private static void goRound(Heap heap) {
        for (int i = 0; i < 60; i++) {
            heap.lookForDamage();
        }
    }

    @Test
    void anOverrunOfABlockThatIsNeverFreedIsFoundOnce() {
        Block block = heap.tryAllocate(100, 0, 7, 0);
        fixture.memory.putByte(block.offset() + 100, (byte) 0);
        goRound(heap);
        goRound(fixture.heap(2));
        block.free();

        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.OVERRUN);
            assertThat(fault.count()).isEqualTo(1);
            assertThat(fault.allocated().site()).isEqualTo(7);
        });
    }

    @Test
    void aJumpOverTheTailIsFoundAsWell() {
        Block block = heap.tryAllocate(201, 0, 7, 0);
        fixture.memory.putByte(block.offset() + 224, (byte) 0);
        goRound(heap);
        assertThat(faults()).extracting(Fault::kind).containsExactly(FaultKind.OVERRUN);
    }

    @Test
    void everyKindOfBlockIsLookedAt() {
        for (long size : new long[] {10, 200, 20_000, 300_000}) {
            Block block = heap.tryAllocate(size, 0, (int) size % 1000 + 1, 0);
            fixture.memory.putByte(block.offset() + size, (byte) 1);
        }
        goRound(heap);
        assertThat(faults()).hasSize(4);
    }

    @Test
    void aDamagedRecordIsReportedOnceItStands() {
        Block block = heap.tryAllocate(100, 0, 7, 0);
        long bornAt = block.recordAt() + RecordLayout.BORN_OFFSET;
        fixture.memory.putLong(bornAt, fixture.memory.getLong(bornAt) + 1);
        goRound(heap);
        goRound(heap);
        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGED_RECORD);
            assertThat(fault.offset()).isEqualTo(block.offset());
        });
    }

    @Test
    void theBeginningOfASlabIsLookedAt() {
        Block block = heap.tryAllocate(100, 0, 7, 0);
        long slabAt = fixture.map.slabAt((int) fixture.map.slabOf(block.offset()));
        fixture.memory.putByte(slabAt, (byte) 99);
        goRound(heap);
        goRound(heap);
        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGED_RECORD);
            assertThat(fault.offset()).isEqualTo(slabAt);
        });
    }

    @Test
    void whatOthersDoMeanwhileIsNoDamage() throws Exception {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("GuardWalkTest -Dshm.seed=" + seed);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Heap own = fixture.heap(2 + i);
                Random random = new Random(seed + i);
                workers.add(threads.submit(() -> work(own, random)));
            }
            Future<?> walker = threads.submit(() -> {
                while (!done.get()) {
                    heap.lookForDamage();
                }
            });
            for (Future<?> worker : workers) {
                worker.get();
            }
            done.set(true);
            walker.get();
        } finally {
            threads.shutdownNow();
        }
        assertThat(faults())
                .extracting(fault -> fault.kind() + " " + fault.size() + " at " + fault.offset() + ": 0x"
                        + Long.toHexString(fault.observed()) + " for 0x" + Long.toHexString(fault.expected()) + " at "
                        + fault.foundAt())
                .as("seed %d", seed)
                .isEmpty();
    }

    @Test
    void aResizeInTheMiddleOfALookIsNoDamage() {
        for (boolean comesBack : new boolean[] {false, true}) {
            boolean finished = false;
            long at = 1;
            for (; !finished; at++) {
                HeapFixture region = new HeapFixture(1 << 20);
                Block block = region.heap(1).tryAllocate(90, 0, 1, 0);
                long recordEnd = block.recordAt() + RecordLayout.LENGTH;
                long end = block.offset() + block.capacity() + 16;
                InterruptedReads view = new InterruptedReads(
                        region.memory,
                        at,
                        offset -> (offset >= block.recordAt() && offset < recordEnd)
                                || (offset >= block.offset() - 16 && offset < end),
                        () -> {
                            block.resize(block.capacity()).fill((byte) 65);
                            if (comesBack) {
                                block.resize(90);
                            }
                        });
                goRound(region.heap(2, view.arm()));
                assertThat(new FaultLog(region.memory, region.map).read())
                        .as("resized after read " + at + (comesBack ? ", and back" : ""))
                        .isEmpty();
                finished = !view.happened();
            }
            assertThat(at).as("reads").isGreaterThan(10);
        }
    }

    private static void work(Heap heap, Random random) {
        List<Block> live = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            int what = random.nextInt(10);
            if (what < 5 && live.size() < 60) {
                long size = 1L + (random.nextInt(30) == 0 ? random.nextInt(150_000) : random.nextInt(250));
                Block block = heap.tryAllocate(size, 0, 1, 0);
                if (block != null) {
                    block.fill((byte) i);
                    live.add(block);
                }
            } else if (what < 7 && !live.isEmpty()) {
                int at = random.nextInt(live.size());
                Block block = live.get(at);
                if (block.size() <= 250) {
                    live.set(at, resized(block, 1 + random.nextInt(250)));
                    live.get(at).fill((byte) i);
                }
            } else if (!live.isEmpty()) {
                live.remove(random.nextInt(live.size())).free();
            }
        }
        live.forEach(Block::free);
    }

    /** The block itself where there is no room for another: how much the other threads keep is up to chance. */
    private static Block resized(Block block, long size) {
        try {
            return block.resize(size);
        } catch (OutOfSharedMemoryException full) {
            return block;
        }
    }

    @Test
    void survivesAnyBytes() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("GuardWalkTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            heap.tryAllocate(1 + random.nextInt(3000), 0, 1, 0);
        }
        byte[] sound = fixture.bytes();
        for (int round = 0; round < 20; round++) {
            fixture.restore(sound);
            for (int i = 0; i < 200; i++) {
                long from = random.nextBoolean() ? fixture.map.slabEntryAt(0) : fixture.map.slabAt(0);
                long words = random.nextInt(64 * 64 * 8);
                fixture.memory.putLong(from + words * 8, random.nextLong() >> random.nextInt(64));
            }
            assertThatCode(() -> goRound(heap)).as("seed %d", seed).doesNotThrowAnyException();
        }
    }
}
