package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.StaleHandleException;
import io.shm.inspect.Verifier;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Level;
import io.shm.ledger.RegionHeader;
import io.shm.memory.CrashingMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** At level paranoid a freed block is filled, waits, and is looked at before it is used again. */
class ParanoidTest {
    private final HeapFixture fixture = new HeapFixture(4 << 20, new PoolSpec("", 200, 20, false));
    private final Heap heap = paranoid(fixture.heap(1));

    private Heap paranoid(Heap of) {
        RegionHeader.setLevel(fixture.memory, Level.PARANOID);
        of.tick(HeapFixture.NOW);
        return of;
    }

    private void relax() {
        RegionHeader.setLevel(fixture.memory, Level.SITES);
        heap.tick(HeapFixture.NOW);
        heap.lookForDamage();
    }

    private List<Fault> faults() {
        return new FaultLog(fixture.memory, fixture.map).read();
    }

    @Test
    void aWriteToAFreedBlockIsFoundBeforeItIsUsedAgain() {
        for (long size : new long[] {40, 200, 20_000}) {
            Block block = heap.tryAllocate(size, 0, (int) (size % 100) + 7, 0);
            block.free();
            fixture.memory.putByte(block.offset() + 5, (byte) 'x');
        }
        relax();

        assertThat(faults()).hasSize(3).allSatisfy(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.USE_AFTER_FREE);
            assertThat(fault.foundAt()).isEqualTo(fault.offset() + 5);
            assertThat(fault.found()[0]).isEqualTo((byte) 'x');
            assertThat(fault.other().process()).isEqualTo(1);
        });
        assertThat(faults()).extracting(Fault::size).containsExactly(40L, 200L, 20_000L);
    }

    @Test
    void aFreedBlockIsNotUsedAgainAtOnce() {
        Block first = heap.tryAllocate(40, 0, 1, 0);
        first.free();
        for (int i = 0; i < 500; i++) {
            Block next = heap.tryAllocate(40, 0, 1, 0);
            assertThat(next.offset()).isNotEqualTo(first.offset());
            next.free();
        }
        assertThat(faults()).isEmpty();
    }

    @Test
    void aSecondFreeOfOneThatWaitsIsADoubleFree() {
        Block block = heap.tryAllocate(40, 0, 1, 0);
        Block again = heap.resolve(block.handle());
        block.free();
        assertThatThrownBy(() -> again.free()).isInstanceOf(StaleHandleException.class);
        assertThat(faults()).extracting(Fault::kind).containsExactly(FaultKind.DOUBLE_FREE);
    }

    @Test
    void whatWaitsIsNotMissingWhenThereIsNoOtherRoom() {
        for (long size : new long[] {40, 3000, 60_000}) {
            List<Block> all = HeapFixture.fill(heap, size);
            all.forEach(Block::free);
            List<Block> again = HeapFixture.fill(heap, size);
            assertThat(again).as("blocks of %d", size).hasSizeGreaterThanOrEqualTo(all.size());
            again.forEach(Block::free);
        }
        assertThat(faults()).isEmpty();
    }

    @Test
    void aDeathAtAnyWriteOfAFreeLosesNothing() {
        int room = fixture.room(200);
        byte[] before = fixture.bytes();
        for (long write = 1; ; write++) {
            fixture.restore(before);
            CrashingMemory dying = new CrashingMemory(fixture.memory, Long.MAX_VALUE);
            Heap counted = paranoid(fixture.heap(2, dying));
            freeSome(counted);
            long all = dying.writes();
            fixture.restore(before);
            if (write > all) {
                return;
            }
            CrashingMemory victim = new CrashingMemory(fixture.memory, write);
            try {
                freeSome(paranoid(fixture.heap(3, victim)));
            } catch (CrashingMemory.Crash e) {
                // As wanted.
            }
            fixture.reclaim(3);
            RegionHeader.setLevel(fixture.memory, Level.SITES);
            assertThat(fixture.room(200)).as("died before write %d", write).isEqualTo(room);
        }
    }

    /** Of a class, of a pool, of a span, of a run of its own, and a secret. */
    @Test
    void aBlockBesideWhichSomebodyHasWrittenIsNotUsedAgain() {
        int secret = BlockSpec.of(1).secret().flags();
        for (long size : new long[] {300, 200, 20_000, 300_000}) {
            for (int flags : new int[] {0, secret}) {
                Block block = heap.tryAllocate(size, 0, 7, flags);
                block.putLong(0, 4711);
                fixture.memory.putByte(block.offset() + size, (byte) 'x');
                block.free();

                assertThat(BlockState.of((int) fixture.stateOf(block))).isEqualTo(BlockState.QUARANTINE);
                assertThat(fixture.memory.getLong(block.offset())).isEqualTo(flags == 0 ? 4711 : 0);
                List<Block> others = HeapFixture.fill(heap, size);
                assertThat(others).isNotEmpty().noneMatch(next -> next.offset() == block.offset());
                others.forEach(Block::free);
            }
        }
        assertThat(faults()).hasSize(8).allMatch(fault -> fault.kind() == FaultKind.OVERRUN);
        assertThat(fixture.audit().blocks(BlockState.QUARANTINE)).isEqualTo(8);
    }

    @Test
    void whatIsNotSeenTwiceIsNoReasonToTakeABlockOutOfUse() {
        long[] guard = {0, 0};
        // Between the first look and the proof, as the free of a neighbour puts the word between both right.
        SharedMemory view = new ForwardingMemory(fixture.memory) {
            @Override
            public long getLongAcquire(long offset) {
                if (offset == guard[0]) {
                    fixture.memory.putLong(offset, guard[1]);
                }
                return super.getLongAcquire(offset);
            }
        };
        Heap other = paranoid(fixture.heap(2, view));
        Block block = other.tryAllocate(300, 0, 7, 0);
        guard[0] = block.offset() + 300;
        guard[1] = fixture.memory.getLong(guard[0]);
        fixture.memory.putByte(guard[0], (byte) 'x');
        block.free();

        assertThat(BlockState.of((int) fixture.stateOf(block))).isEqualTo(BlockState.FREE);
        assertThat(faults()).isEmpty();
    }

    @Test
    void itsNeighboursAreNotBlamedAndASecondFreeIsADoubleFree() {
        Block before = heap.tryAllocate(304, 0, 1, 0);
        Block block = heap.tryAllocate(304, 0, 2, 0);
        Block behind = heap.tryAllocate(304, 0, 3, 0);
        Block again = heap.resolve(block.handle());
        fixture.memory.putByte(block.offset() + 304, (byte) 'x');
        block.free();
        before.free();
        behind.free();

        assertThat(heap.resolve(again.handle())).isNull();
        assertThatThrownBy(() -> again.free())
                .isInstanceOf(StaleHandleException.class)
                .hasMessageContaining("freed before")
                .hasMessageContaining("out of use");
        assertThat(faults()).extracting(Fault::kind).containsExactly(FaultKind.OVERRUN, FaultKind.DOUBLE_FREE);
    }

    @Test
    void theBooksBalanceWithABlockInQuarantineAndAnOperatorMayReleaseIt() {
        int budgeted = fixture.tags.idOf("b");
        fixture.tags.setBudget(budgeted, 10_000);
        for (long size : new long[] {300, 200}) {
            Block block = heap.tryAllocate(size, budgeted, 7, 0);
            fixture.memory.putByte(block.offset() + size, (byte) 'x');
            block.free();
            assertThat(fixture.tags.used(budgeted)).isZero();
        }
        relax();
        heap.close();
        fixture.reclaim(1);
        Verifier.Outcome sound = new Verifier(fixture.memory, fixture.map).verify();
        assertThat(sound.compared()).isTrue();
        assertThat(sound.findings().all())
                .as("what is broken, hints and totals included")
                .isEmpty();
        assertThat(sound.quarantined()).hasSize(2);

        Heap operator = fixture.heap(2);
        releaseQuarantined(operator);
        operator.close();
        Verifier.Outcome released = new Verifier(fixture.memory, fixture.map).verify();
        assertThat(released.findings().all()).isEmpty();
        assertThat(released.quarantined()).isEmpty();
    }

    private int releaseQuarantined(Heap operator) {
        List<Long> places = new ArrayList<>();
        LedgerScan scan = new LedgerScan(fixture.memory, fixture.map);
        scan.forEachWord((slab, recordAt, word) -> {
            if (BlockStates.is(word, BlockState.QUARANTINE)) {
                places.add(scan.blockOf(slab, recordAt).payloadAt());
            }
        });
        for (long place : places) {
            assertThat(operator.freeUnowned(scan.blockAt(place))).isTrue();
        }
        return places.size();
    }

    @Test
    void aDeathAtAnyWriteOfAFreeIntoQuarantineLosesNothing() {
        int room = fixture.room(200);
        byte[] before = fixture.bytes();
        boolean finished = false;
        for (long write = 1; !finished; write++) {
            fixture.restore(before);
            CrashingMemory victim = new CrashingMemory(fixture.memory, write);
            int quarantined = 0;
            try {
                Heap dying = paranoid(fixture.heap(3, victim));
                Block block = dying.tryAllocate(200, 0, 1, 0);
                fixture.memory.putByte(block.offset() + 200, (byte) 'x');
                block.free();
                dying.close();
                quarantined = 1;
                finished = true;
            } catch (CrashingMemory.Crash e) {
                // As wanted.
            }
            fixture.reclaim(3);
            fixture.audit();
            RegionHeader.setLevel(fixture.memory, Level.SITES);
            Heap operator = fixture.heap(2);
            assertThat(releaseQuarantined(operator))
                    .as("died before write %d", write)
                    .isBetween(quarantined, 1);
            operator.close();
            fixture.reclaim(2);
            assertThat(fixture.room(200)).as("died before write %d", write).isEqualTo(room);
        }
    }

    private static void freeSome(Heap heap) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            blocks.add(heap.tryAllocate(i < 2 ? 200 : 300, 0, 1, 0));
        }
        blocks.forEach(Block::free);
        heap.close();
    }
}
