package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.StateWord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The counter of generations comes round: in the 34 bits of handles, in the 44 of state words, and in its own 64. */
class GenerationWrapTest {
    private static final int SIZE = 2 << 20;
    private static final PoolSpec POOL = new PoolSpec("p", 300, 40, true);
    private static final long BEFORE = 10;

    @ParameterizedTest
    @ValueSource(longs = {1L << 34, 5L << 34, 1L << 44, 3L << 44, Long.MIN_VALUE, 0})
    void nothingIsMistakenForAnother(long round) {
        HeapFixture region = new HeapFixture(SIZE, POOL);
        region.memory.putLong(HeaderLayout.GENERATION_OFFSET, round - BEFORE);
        int tag = region.tags.idOf("p");
        Heap heap = region.heap(1);
        Heap other = region.heap(2);
        Set<Long> ever = new HashSet<>();
        List<Long> gone = new ArrayList<>();
        List<Block> live = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long size = i % 40 == 0 ? 150_000 : i % 7 == 0 ? 20_000 : 100;
            Block block = (i % 3 == 0 ? other : heap).tryAllocate(i % 5 == 0 ? 300 : size, i % 5 == 0 ? tag : 0, 0, 0);
            assertThat(block).as("allocation %s", i).isNotNull();
            assertThat(Handle.generation(block.handle())).as("no handle is 0").isNotZero();
            assertThat(ever.add(block.handle())).as("a handle twice").isTrue();
            assertThat(StateWord.isValid(block.word())).isTrue();
            assertThat(region.memory.getLong(block.recordAt())).isEqualTo(block.word());
            live.add(block);
            if (i % 2 == 1) {
                Block freed = live.remove(live.size() / 2);
                gone.add(freed.handle());
                freed.free();
                assertThat(freed.isLive()).isFalse();
            }
            for (long handle : gone) {
                assertThat(heap.resolve(handle)).as("a handle of the past").isNull();
            }
            for (Block b : live) {
                assertThat(other.resolve(b.handle()).offset()).isEqualTo(b.offset());
            }
        }
        region.audit();
        region.reclaim(1);
        region.reclaim(2);
        assertThat(region.audit().live).isEmpty();
        Heap next = region.heap(3);
        assertThat(next.tryAllocate(100, 0, 0, 0)).isNotNull();
        for (long handle : gone) {
            assertThat(next.resolve(handle)).isNull();
        }
        region.audit();
    }
}
