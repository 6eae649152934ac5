package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage beside a block that goes from hand to hand, with another generation each time. */
class DamageOnTheWayTest {
    private final CellFixture fixture = new CellFixture(1 << 20);
    private final CellFixture.Peer giver = fixture.peer(1);
    private final CellFixture.Peer taker = fixture.peer(2);

    private List<Fault> faults() {
        return new FaultLog(fixture.region.memory, fixture.region.map).read();
    }

    private Block handOver(Block block) {
        assertThat(giver.root("x").publish(block)).isTrue();
        return taker.root("x").take();
    }

    private void overrun(Block block) {
        fixture.region.memory.putByte(block.offset() + block.size(), (byte) 'x');
    }

    private static void goRound(Heap heap) {
        for (int i = 0; i < 60; i++) {
            heap.lookForDamage();
        }
    }

    @Test
    void isToldOfOnceThoughItIsFoundByTwoOwners() {
        Block block = giver.allocate(100);
        overrun(block);
        goRound(giver.heap);
        Block taken = handOver(block);
        goRound(taker.heap);
        taken.free();

        assertThat(faults()).singleElement().extracting(Fault::count).isEqualTo(1L);
    }

    @Test
    void isToldOfOnceThoughAHandOverFailedSince() {
        Block block = giver.allocate(100);
        overrun(block);
        giver.heap.tick(HeapFixture.NOW + 1);
        goRound(giver.heap);
        Block taken = handOver(block);
        assertThat(taker.root("full").publish(taker.allocate(8))).isTrue();
        assertThat(taker.root("full").publish(taken)).isFalse();
        goRound(taker.heap);
        taken.free();

        assertThat(faults()).singleElement().extracting(Fault::count).isEqualTo(1L);
    }

    @Test
    void isAnotherOneInTheNextLifeOfThePlace() {
        for (int life = 0; life < 3; life++) {
            Block block = giver.allocate(100);
            overrun(block);
            block.free();
        }
        assertThat(faults()).hasSize(3);
    }

    @Test
    void isAnotherOneWhereOtherBytesAreWritten() {
        Block block = giver.allocate(100);
        overrun(block);
        goRound(giver.heap);
        Block taken = handOver(block);
        fixture.region.memory.putByte(taken.offset() + taken.size() + 1, (byte) 'y');
        taken.free();

        assertThat(faults()).hasSize(2);
    }
}
