package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.shm.heap.Block;
import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.HandoverStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.memory.ArmedMemory;
import io.shm.memory.CrashingMemory;
import io.shm.memory.SharedMemory;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer or another thread is stopped, or goes on, between two accesses of an operation on the same cell. */
class CellPeersTest {
    private final CellFixture world = new CellFixture(1 << 20);
    private final CellFixture.Peer one = world.peer(1);
    private final Slot slot = one.root("mail");

    /** Others run once, right after a read or a CAS that a test chooses; and nobody reads for ever. */
    private static final class Hooked extends SharedMemory {
        private LongPredicate afterRead = offset -> false;
        private LongPredicate afterState = state -> false;
        private Runnable others = () -> {};
        private long reads;

        Hooked(SharedMemory inner) {
            super(inner);
        }

        private void run() {
            afterRead = offset -> false;
            afterState = state -> false;
            others.run();
        }

        @Override
        public long getLongAcquire(long offset) {
            if (++reads > 100_000) {
                throw new AssertionError("more reads than any operation needs");
            }
            long value = super.getLongAcquire(offset);
            if (afterRead.test(offset)) {
                run();
            }
            return value;
        }

        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            boolean done = super.compareAndSetLong(offset, expected, value);
            if (done && StateWord.isValid(value) && afterState.test(StateWord.state(value))) {
                run();
            }
            return done;
        }
    }

    /** A peer takes, and is stopped for good before its n-th write. */
    private void takesAndStops(int owner, long before) {
        ArmedMemory view = new ArmedMemory(world.region.memory);
        CellFixture.Peer peer = world.peer(owner, view);
        Slot its = peer.root("mail");
        view.arm(new CrashingMemory(world.region.memory, before));
        try {
            its.take();
        } catch (CrashingMemory.Crash e) {
            // Stopped.
        }
    }

    /** Leaves a block in the cell whose record says PUB: the place of that record. */
    private long published() {
        CellFixture.Peer peer = world.peer(3);
        Block block = peer.allocate(100);
        long recordAt = peer.heap.recordAt(block);
        HandoverStates.publish(world.region.memory, recordAt, peer.heap.word(block));
        world.region.memory.putLong(recordAt + RecordLayout.CELL_OFFSET, slot.offset());
        world.region.memory.putLong(slot.offset(), block.handle());
        return recordAt;
    }

    @Test
    void aPublicationThatIsFinishedBetweenTwoReadsIsNoDamage() {
        long recordAt = published();
        Hooked view = new Hooked(world.region.memory);
        CellFixture.Peer two = world.peer(2, view);
        Slot same = two.root("mail");
        view.others = () -> HandoverStates.hold(world.region.memory, recordAt, world.region.memory.getLong(recordAt));
        view.afterRead = offset -> offset == recordAt;
        Block taken = same.take();
        assertThat(taken).isNotNull();
    }

    @Test
    void aReplacementSeesNoDamageWhereAPublicationIsFinishedBetweenTwoReads() {
        long recordAt = published();
        Hooked view = new Hooked(world.region.memory);
        CellFixture.Peer two = world.peer(2, view);
        Slot same = two.root("mail");
        Block mine = two.allocate(50);
        view.others = () -> HandoverStates.hold(world.region.memory, recordAt, world.region.memory.getLong(recordAt));
        view.afterRead = offset -> offset == recordAt;
        assertThat(same.exchange(mine)).isNotNull();
    }

    @Test
    void aStoppedTakerStopsNoExchange() {
        slot.publish(one.allocate(10));
        long handle = slot.handle();
        // Stopped after HELD -> TAKE, with the handle still in the cell.
        for (long n = 1; slot.handle() == handle && !isTaken(handle); n++) {
            takesAndStops(4 + (int) n, n);
        }
        assertThat(slot.handle()).isEqualTo(handle);
        CellFixture.Peer two = world.peer(2, new Hooked(world.region.memory));
        assertThat(two.root("mail").exchange(two.allocate(20))).isNull();
    }

    private boolean isTaken(long handle) {
        RecordView record =
                new LedgerScan(world.region.memory, world.region.map).block(Handle.slab(handle), Handle.index(handle));
        return record.state() == BlockState.TAKE;
    }

    @Test
    @Timeout(60)
    void aHoldIsWholeBeforeAnotherThreadEndsItsOwn() throws InterruptedException {
        Hooked view = new Hooked(world.region.memory);
        CellFixture.Peer two = world.peer(2, view);
        Slot same = two.root("mail");
        Block block = two.allocate(10);
        Thread other = new Thread(() -> same.acquire().close());
        view.others = () -> {
            other.start();
            // Over, or waiting for this thread to be done.
            while (other.isAlive() && other.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        };
        view.afterState = state -> state == BlockState.SHARED.code();
        Hold hold = same.share(block);
        other.join();
        assertThat(same.retire()).isTrue();
        assertThat(hold.block().isInUse()).isTrue();
        hold.close();
    }

    @Test
    void aWordThatIsNoHandleInARootEndsEveryOperation() {
        world.region.memory.putLong(slot.offset(), 1L << 34);
        CellFixture.Peer two = world.peer(2, new Hooked(world.region.memory));
        Slot same = two.root("mail");
        Block mine = two.allocate(10);
        assertThat(same.publish(mine)).isFalse();
        assertThatCode(() -> same.exchange(mine)).isNotInstanceOf(AssertionError.class);
        assertThatCode(() -> same.getOrAllocate(() -> two.allocate(10))).isNotInstanceOf(AssertionError.class);
    }

    @Test
    void tryWithResourcesMayPublish() {
        assertThatCode(() -> {
                    try (Block block = one.allocate(10)) {
                        slot.publish(block);
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void theLastHolderOfABlockWithCellsLeavesNothingInThem() {
        Block node = one.node();
        assertThat(one.space.slot(node, 0).publish(one.allocate(30))).isTrue();
        Hold hold = slot.share(node);
        slot.retire();
        hold.close();
        world.audit(true, "after the last hold");
    }

    @Test
    void aRefusedShareLeavesNoNoteThatNobodyWrote() {
        slot.publish(one.allocate(10));
        Block second = one.allocate(20);
        assertThat(slot.share(second)).isNull();
        RecordView record = new LedgerScan(world.region.memory, world.region.map)
                .block(Handle.slab(second.handle()), Handle.index(second.handle()));
        assertThat(record.action()).isEqualTo(BlockStates.ALLOCATED);
    }
}
