package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.layout.Geometry;
import io.shm.layout.Guards;
import io.shm.layout.RecordWords;
import io.shm.layout.SizeClasses;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes written beside a block are found, and blamed on the right one. */
class GuardTest {
    private final HeapFixture fixture = new HeapFixture(4 << 20, new PoolSpec("", 200, 20, false));
    private final Heap heap = fixture.heap(1);

    private List<Fault> faults() {
        return new FaultLog(fixture.memory, fixture.map).read();
    }

    private Block block(long size) {
        return heap.tryAllocate(size, 0, 7, 0);
    }

    private void findsOneByteTooFar(Heap its, long size) {
        Block block = its.tryAllocate(size, 0, 7, 0);
        write(block.offset() + size, 1);
        block.free();

        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.OVERRUN);
            assertThat(fault.offset()).isEqualTo(block.offset());
            assertThat(fault.size()).isEqualTo(size);
            assertThat(fault.allocated().site()).isEqualTo(7);
            assertThat(fault.foundAt()).isEqualTo(block.offset() + size);
            assertThat(fault.found()[0]).isEqualTo((byte) 'x');
        });
    }

    private void write(long at, int bytes) {
        for (int i = 0; i < bytes; i++) {
            fixture.memory.putByte(at + i, (byte) 'x');
        }
    }

    /** A deliberate mistake: whoever reads the word behind a block is told what should be there. */
    @Test
    void theChecksCatchAFreeThatDoesNotLookBesideItsBlock() {
        SharedMemory blind = new ForwardingMemory(fixture.memory) {
            @Override
            public long getLong(long offset) {
                long tail = Guards.tail(offset - 112, offset);
                // As the byte that is written too far leaves it.
                return ((inner.getLong(offset) & -256) | (tail & 255)) == tail ? tail : inner.getLong(offset);
            }
        };
        Heap careless = fixture.heap(2, blind);
        assertThatThrownBy(() -> findsOneByteTooFar(careless, 112)).isInstanceOf(AssertionError.class);
    }

    /** A small class, its largest, a pool's block and more than it has, a span, a large run. */
    @ParameterizedTest
    @ValueSource(longs = {1, 100, 112, 130, 200, 201, 1000, 15_000, 100_000, 300_000, 300_001})
    void oneByteTooFarIsFoundAtTheFree(long size) {
        findsOneByteTooFar(heap, size);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 112, 200, 15_000, 300_000})
    void oneByteTooEarlyIsFoundAtTheFree(long size) {
        Block first = block(size);
        Block block = block(size);
        write(block.offset() - 1, 1);
        block.free();
        first.free();

        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.UNDERRUN);
            assertThat(fault.offset()).isEqualTo(block.offset());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 16, 20})
    void anOverrunThatReachesTheNextBlockIsOneFaultOfTheFirst(int bytes) {
        for (boolean nextFirst : new boolean[] {false, true}) {
            HeapFixture fresh = new HeapFixture(4 << 20);
            Heap other = fresh.heap(1);
            Block block = other.tryAllocate(64, 0, 1, 0);
            Block next = other.tryAllocate(64, 0, 2, 0);
            assertThat(next.offset()).isEqualTo(block.offset() + 80);
            for (int i = 0; i < bytes; i++) {
                fresh.memory.putByte(block.offset() + 64 + i, (byte) 0);
            }
            (nextFirst ? next : block).free();
            (nextFirst ? block : next).free();

            assertThat(new FaultLog(fresh.memory, fresh.map).read())
                    .singleElement()
                    .satisfies(fault -> {
                        assertThat(fault.kind()).isEqualTo(FaultKind.OVERRUN);
                        assertThat(fault.allocated().site()).isEqualTo(1);
                        assertThat(fault.count()).isEqualTo(1);
                    });
        }
    }

    @Test
    void theNextLivesOfThePlaceAreNotBlamed() {
        for (int round = 0; round < 3; round++) {
            Block block = block(64);
            Block next = block(64);
            write(block.offset() + 64, 16);
            block.free();
            next.free();
        }
        assertThat(faults()).hasSize(3);
        for (int round = 0; round < 100; round++) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                blocks.add(block(1 + (round + 3L * i) % 64));
            }
            blocks.forEach(Block::free);
        }
        assertThat(faults()).hasSize(3);
    }

    @Test
    void aRightProgramOfEverySizeAndAlignmentIsNeverBlamed() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Heap other = fixture.heap(2);
        List<Block> live = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (live.size() < 100 && random.nextBoolean()) {
                long size = 1L + (random.nextInt(50) == 0 ? random.nextInt(200_000) : random.nextInt(300));
                int alignment = random.nextInt(4) == 0 ? 4 + random.nextInt(9) : 0;
                int secret = random.nextInt(8) == 0 ? RecordWords.SECRET : 0;
                Block block = (random.nextBoolean() ? heap : other)
                        .tryAllocate(size, 0, 1, secret | alignment << RecordWords.ALIGNMENT_SHIFT);
                if (block != null) {
                    block.fill((byte) random.nextInt());
                    live.add(block);
                }
            } else if (!live.isEmpty()) {
                Block block = live.remove(random.nextInt(live.size()));
                if (random.nextInt(4) == 0) {
                    Block resized = block.resize(1 + random.nextInt(400));
                    resized.fill((byte) random.nextInt());
                    live.add(resized);
                } else {
                    block.free();
                }
            }
        }
        live.forEach(Block::free);
        assertThat(faults()).as("seed %d", seed).isEmpty();
    }

    @Test
    void anAlignedBlockHasItsGuardsToo() {
        Block block = heap.tryAllocate(100, 0, 7, 8 << RecordWords.ALIGNMENT_SHIFT);
        write(block.offset() + 100, 1);
        block.free();
        assertThat(faults()).extracting(Fault::kind).containsExactly(FaultKind.OVERRUN);
    }

    @Test
    void anOverrunIsNotForgottenByAResize() {
        Block block = block(50);
        write(block.offset() + 50, 1);
        block.resize(60).free();
        assertThat(faults()).extracting(Fault::size).containsExactly(50L);
    }

    @Test
    void aSecretsBytesAreNotShown() {
        Block block = heap.tryAllocate(100, 0, 7, RecordWords.SECRET);
        write(block.offset() + 100, 1);
        block.free();
        assertThat(faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.found()).isEmpty());
    }

    @Test
    void theNeighbourIsNamed() {
        Block block = block(64);
        Block next = heap.tryAllocate(60, 0, 9, 0);
        write(block.offset() + 64, 1);
        block.free();
        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.secondOffset()).isEqualTo(next.offset());
            assertThat(fault.secondAllocated().site()).isEqualTo(9);
        });
    }

    @Test
    void whoReclaimsTheDeadLooksBesideTheirBlocks() {
        Block block = block(64);
        write(block.offset() + 64, 1);
        fixture.reclaim(1);

        assertThat(faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.offset()).isEqualTo(block.offset()));
        Heap other = fixture.heap(2);
        HeapFixture.fill(other, 64).forEach(Block::free);
        assertThat(faults()).hasSize(1);
    }

    @Test
    void whoReclaimsTheDeadWipesTheirSecretsAndBlamesNobody() {
        Block own = heap.tryAllocate(1, 0, 7, RecordWords.SECRET);
        for (long size : new long[] {1, 100, 112, 130, 15_000, 300_000}) {
            Block secret = heap.tryAllocate(size, 0, 7, RecordWords.SECRET);
            secret.fill((byte) 's');
            own = size == 100 ? secret : own;
        }
        fixture.reclaim(1);
        assertThat(faults()).isEmpty();
        assertThat(fixture.memory.getLong(own.offset())).isZero();
        assertThat(fixture.memory.getLong(own.offset() + 96)).isEqualTo(tailOf(own) << 32);
    }

    /** The word that a block of 100 bytes has behind it. */
    private long tailOf(Block block) {
        return fixture.memory.getLong(block.offset() + 100);
    }

    @Test
    void everyClassHasRoomForItsGuards() {
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            Geometry geometry = Geometry.ofClass(sizeClass);
            long end = geometry.behind(geometry.count() - 1) + Geometry.GUARD_BYTES;
            assertThat(end).isLessThanOrEqualTo(geometry.slabs() * Geometry.SLAB_BYTES);
            assertThat(geometry.behind(-1)).isEqualTo(geometry.blockAt(0) - Geometry.GUARD_BYTES);
        }
    }
}
