package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.SiteLayout;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.layout.TotalsLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.memory.CrashingMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is freed without a closer look is freed as everything else is; what is not quite plain gets the closer look. */
class PlainBlocksTest {
    private static final int DEAD = 1;
    private static final int OTHER = 2;
    private static final int REAPER = 9;
    private static final int SITE = 7;
    /** Exactly its class: another size has no tail where it would be. */
    private static final long SIZE = 64;

    private final HeapFixture fixture = new HeapFixture(4 << 20, new PoolSpec("p", 200, 20, false));
    private final Heap heap = fixture.heap(DEAD);

    private PlainBlocks plain(SharedMemory view, boolean channels) {
        FreedTotals totals = new FreedTotals(view, fixture.map, fixture.tags, HeapFixture.NOW);
        return new PlainBlocks(view, fixture.map, totals, DEAD, REAPER, HeapFixture.NOW, channels);
    }

    private PlainBlocks freed(Block block) {
        PlainBlocks plain = plain(fixture.memory, false);
        plain.free(new LedgerScan(fixture.memory, fixture.map).runOf((int) fixture.map.slabOf(block.offset())));
        return plain;
    }

    private long recordAt(Block block) {
        return new LedgerScan(fixture.memory, fixture.map)
                .blockAt(block.offset())
                .recordAt();
    }

    private long word(Block block) {
        return fixture.memory.getLong(recordAt(block));
    }

    @Test
    void aPlainBlockIsFreeAndSaysWhoHasFreedIt() {
        Block block = heap.tryAllocate(SIZE, 0, SITE, RecordWords.PINNED);
        long live = word(block);

        PlainBlocks plain = freed(block);

        assertThat(plain.anyFreed()).isTrue();
        assertThat(plain.anyLeft()).isFalse();
        assertThat(plain.allFree()).isTrue();
        assertThat(word(block)).isEqualTo(BlockStates.free(StateWord.generation(live)));
        RecordView record = new LedgerScan(fixture.memory, fixture.map).blockAt(block.offset());
        assertThat(record.action()).isEqualTo(BlockStates.RECLAIMED);
        assertThat(record.changedBy()).isEqualTo(REAPER);
        assertThat(record.changedSite()).isEqualTo(SITE);
        assertThat(record.changedAt()).isEqualTo(HeapFixture.NOW);
        assertThat(record.isSealed()).isTrue();
        assertThat(freed(block).anyFreed()).isFalse();
    }

    /** Each bit of its line but those that nothing vouches for: the tag, and who changed it when. */
    @Test
    void aRecordWithAnyBitWrongIsLeftAsItIs() {
        Block block = heap.tryAllocate(SIZE, 0, SITE, 0);
        long recordAt = recordAt(block);
        for (int bit = 0; bit < 8 * RecordLayout.LENGTH; bit++) {
            boolean tag = bit >= 8 * RecordLayout.SIZE_OFFSET + 12 && bit < 8 * RecordLayout.SIZE_OFFSET + 24;
            boolean note = (bit >= 8 * RecordLayout.CELL_OFFSET && bit < 8 * RecordLayout.SEAL_OFFSET)
                    || bit >= 8 * RecordLayout.SEAL_OFFSET + 24;
            if (!tag && !note) {
                staysAsItIs(block, recordAt + 8L * (bit / 64), 1L << (bit % 64), "bit " + bit);
            }
        }
        assertThat(freed(block).anyFreed()).isTrue();
    }

    /** All words of guards that its free looks at. */
    @Test
    void aBlockWithAnyBitWrongBesideItIsLeftAsItIs() {
        heap.tryAllocate(40, 0, SITE, 0);
        Block block = heap.tryAllocate(40, 0, SITE, 0);
        RecordView record = new LedgerScan(fixture.memory, fixture.map).blockAt(block.offset());
        for (long at : new long[] {-8, 40, record.capacity()}) {
            for (int bit = 0; bit < 64; bit++) {
                byte[] before = fixture.bytes();
                fixture.memory.putLong(block.offset() + at, fixture.memory.getLong(block.offset() + at) ^ (1L << bit));
                long word = word(block);
                assertThat(freed(block).anyLeft()).as("bit %s at %s", bit, at).isTrue();
                assertThat(word(block)).as("bit %s at %s", bit, at).isEqualTo(word);
                fixture.restore(before);
            }
        }
    }

    private void staysAsItIs(Block block, long at, long bits, String what) {
        fixture.memory.putLong(at, fixture.memory.getLong(at) ^ bits);
        byte[] before = fixture.bytes();
        PlainBlocks plain = freed(block);
        assertThat(plain.anyFreed()).as(what).isFalse();
        assertThat(plain.allFree()).as(what).isFalse();
        assertThat(Arrays.equals(fixture.bytes(), before)).as(what).isTrue();
        fixture.memory.putLong(at, fixture.memory.getLong(at) ^ bits);
    }

    @Test
    void whatNeedsACloserLookIsLeftForIt() {
        List<Block> blocks = List.of(
                heap.tryAllocate(50, 0, SITE, RecordWords.SECRET),
                heap.tryAllocate(50, 0, SITE, RecordWords.UNCOUNTED),
                heap.tryAllocate(20, 0, SITE, 5 << RecordWords.ALIGNMENT_SHIFT),
                heap.tryAllocate(50, 0, SITE, Heap.request(0, 1)));
        byte[] before = fixture.bytes();
        for (Block block : blocks) {
            assertThat(freed(block).anyLeft()).isTrue();
        }
        assertThat(Arrays.equals(fixture.bytes(), before)).isTrue();
    }

    @Test
    void whereThereAreChannelsABlockThatMayBeAMessageIsLeft() {
        Block block = heap.tryAllocate(SIZE, 0, SITE, 0);
        BlockStates.note(fixture.memory, recordAt(block), DEAD, 0, BlockStates.TAKEN, 5);
        PlainBlocks plain = plain(fixture.memory, true);
        plain.free(new LedgerScan(fixture.memory, fixture.map).runOf((int) fixture.map.slabOf(block.offset())));
        assertThat(plain.anyFreed()).isFalse();
        assertThat(plain.anyLeft()).isTrue();
        assertThat(freed(block).anyFreed()).isTrue();
    }

    /** A free block of a slab may be anybody's next; one that another has keeps the slab. */
    @Test
    void aSlabWithABlockOfAnotherIsNotGivenBack() {
        inASlabOfTheDead(fixture.memory);
    }

    /** A deliberate mistake: a reclaimer that takes another's block for a free one gives its slab away. */
    @Test
    void theChecksCatchAReclaimerThatTakesTheBlockOfAnotherForAFreeOne() {
        SharedMemory blind = new ForwardingMemory(fixture.memory) {
            @Override
            public long getLongAcquire(long offset) {
                long word = inner.getLongAcquire(offset);
                return StateWord.isHeldBy(word, BlockStates.live(OTHER, 0)) ? BlockStates.free(0) : word;
            }
        };
        assertThatThrownBy(() -> inASlabOfTheDead(blind)).isInstanceOf(AssertionError.class);
    }

    private void inASlabOfTheDead(SharedMemory reclaimersView) {
        heap.tryAllocate(SIZE, 0, SITE, 0);
        Block given = heap.tryAllocate(SIZE, 0, SITE, 0);
        fixture.heap(OTHER);
        long others = BlockStates.live(OTHER, StateWord.generation(word(given)));
        fixture.memory.putLong(recordAt(given), others);

        fixture.reclaim(reclaimersView, false).reclaim(DEAD - 1);

        assertThat(fixture.books().live).hasSize(1);
        assertThat(word(given)).isEqualTo(others);
    }

    /** All kinds side by side, and some written beside: all are free, each is counted once, and each mistake told once. */
    @Test
    void allThatTheDeadHadIsFreeAndCountedAndReported() {
        Random random = random();
        int tagged = fixture.tags.idOf("t");
        int pooled = fixture.tags.idOf("p");
        fixture.tags.setBudget(tagged, 1 << 20);
        long[] blocks = new long[3];
        long[] bytes = new long[3];
        List<Block> written = new ArrayList<>();
        long inPool = 0;
        for (int i = 0; i < 2000; i++) {
            int[] tags = {0, 0, 0, tagged, pooled};
            int tag = tags[random.nextInt(tags.length)];
            long size = 1L + random.nextInt(random.nextInt(20) == 0 ? 3000 : 100);
            long flags = random.nextInt(6) == 0 ? RecordWords.SECRET : RecordWords.PINNED;
            flags |= random.nextInt(10) == 0 ? 7 << RecordWords.ALIGNMENT_SHIFT : 0;
            boolean counted = random.nextInt(9) != 0;
            int site = 1 + random.nextInt(2);
            Block block = heap.tryAllocate(size, tag, site, flags | (counted ? 0 : RecordWords.UNCOUNTED));
            if (block == null) {
                continue;
            }
            if (counted) {
                blocks[site]++;
                bytes[site] += size;
                blocks[0] += tag == tagged ? 1 : 0;
                bytes[0] += tag == tagged ? size : 0;
            }
            inPool += tag == pooled && counted && isOfPool(block) ? 1 : 0;
            if (random.nextInt(40) == 0) {
                fixture.memory.putByte(block.offset() + size, (byte) 'x');
                written.add(block);
            }
        }
        fixture.memory.putLong(fixture.map.poolAt(0) + PoolLayout.IN_USE_OFFSET, inPool);

        fixture.reclaim(DEAD);

        assertThat(fixture.audit().live).isEmpty();
        for (int site = 1; site <= 2; site++) {
            long totalsAt = fixture.map.siteAt(site) + SiteLayout.TOTALS_OFFSET;
            assertThat(fixture.memory.getLong(totalsAt + TotalsLayout.FREES_OFFSET))
                    .isEqualTo(blocks[site]);
            assertThat(fixture.memory.getLong(totalsAt + TotalsLayout.BYTES_FREED_OFFSET))
                    .isEqualTo(bytes[site]);
        }
        long totalsAt = fixture.map.tagAt(tagged) + TagLayout.TOTALS_OFFSET;
        assertThat(fixture.memory.getLong(totalsAt + TotalsLayout.FREES_OFFSET)).isEqualTo(blocks[0]);
        assertThat(fixture.memory.getLong(totalsAt + TotalsLayout.BYTES_FREED_OFFSET))
                .isEqualTo(bytes[0]);
        assertThat(fixture.tags.used(tagged)).isZero();
        assertThat(fixture.memory.getLong(fixture.map.poolAt(0) + PoolLayout.IN_USE_OFFSET))
                .isZero();
        assertThat(new FaultLog(fixture.memory, fixture.map).read())
                .isNotEmpty()
                .allSatisfy(
                        fault -> assertThat(written.stream().map(Block::offset)).contains(fault.offset()));
    }

    private static Random random() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("PlainBlocksTest -Dshm.seed=" + seed);
        return new Random(seed);
    }

    private boolean isOfPool(Block block) {
        RecordView record = new LedgerScan(fixture.memory, fixture.map).blockAt(block.offset());
        return record.slab() < fixture.memory.getInt(fixture.map.poolAt(0) + PoolLayout.SLABS_OFFSET);
    }

    /** Whoever dies at a block has freed those before it, and the next frees the rest. */
    @Test
    void whoeverDiesHalfWayLeavesTheRestToTheNext() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            blocks.add(heap.tryAllocate(SIZE, 0, 0, 0));
        }
        byte[] before = fixture.bytes();
        // Two stores of the note and one CAS for each.
        for (long n = 1; n <= 3L * blocks.size(); n++) {
            long dies = n;
            assertThatThrownBy(() -> plain(new CrashingMemory(fixture.memory, dies), false)
                            .free(new LedgerScan(fixture.memory, fixture.map).runOf((int)
                                    fixture.map.slabOf(blocks.get(0).offset()))))
                    .isInstanceOf(CrashingMemory.Crash.class);
            long free = blocks.stream()
                    .filter(block -> BlockStates.is(word(block), BlockState.FREE))
                    .count();
            assertThat(free).isEqualTo((n - 1) / 3);
            fixture.audit();
            assertThat(freed(blocks.get(0)).allFree()).isTrue();
            fixture.restore(before);
        }
    }

    /** Where a slab's word lies, its records may be anything: nothing is read or written outside of the slab. */
    @Test
    void whateverASlabsBytesAreNothingElseIsTouched() {
        Random random = random();
        Block block = heap.tryAllocate(SIZE, 0, SITE, 0);
        long slabAt = fixture.map.slabAt((int) fixture.map.slabOf(block.offset()));
        SharedMemory fenced = new ForwardingMemory(fixture.memory) {
            @Override
            public long getLong(long offset) {
                if (offset < slabAt || offset > slabAt + Geometry.SLAB_BYTES - 8) {
                    throw new AssertionError("read at " + offset + " of a slab at " + slabAt);
                }
                return inner.getLong(offset);
            }
        };
        PlainBlocks plain = plain(fenced, false);
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 300; i++) {
                long recordAt = RecordLayout.recordAt(slabAt, i);
                fixture.memory.putLong(recordAt, BlockStates.live(DEAD, random.nextLong()));
                fixture.memory.putLong(
                        recordAt + RecordLayout.SIZE_OFFSET,
                        random.nextBoolean() ? random.nextLong() : RecordWords.size(random.nextInt(70), 0, 0));
                fixture.memory.putLong(recordAt + RecordLayout.ORIGIN_OFFSET, random.nextLong() << 16);
            }
            plain.free(new LedgerScan(fixture.memory, fixture.map).runOf((int) fixture.map.slabOf(block.offset())));
        }
    }
}
