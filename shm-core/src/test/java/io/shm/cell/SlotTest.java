package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.CorruptRegionException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.BlockState;
import io.shm.ledger.Site;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the operations on one cell do, one participant after the other. */
class SlotTest {
    private final CellFixture world = new CellFixture(1 << 20);
    private final CellFixture.Peer one = world.peer(1);
    private final CellFixture.Peer two = world.peer(2);
    private final Slot slot = one.root("mail");
    private final Slot same = two.root("mail");

    @AfterEach
    void theBooksAgree() {
        if (!damaged) {
            world.audit(true, "at the end");
        }
    }

    private boolean damaged;

    @Test
    void rootsAreTheSameForAll() {
        assertThat(slot.offset()).isEqualTo(same.offset());
        assertThat(one.root("other").offset()).isNotEqualTo(slot.offset());
        assertThatThrownBy(() -> one.root("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPublishedBlockIsNobodysUntilItIsTaken() {
        Block block = one.allocate(100);
        block.putLong(0, 42);
        long handle = block.handle();
        assertThat(slot.publish(block)).isTrue();
        assertThat(world.stateOf(block)).isEqualTo(BlockState.HELD);
        assertThat(block.isLive()).isFalse();
        assertThat(block.isInUse()).isTrue();
        assertThat(same.handle()).isEqualTo(handle);
        assertThat(same.get().getLong(0)).isEqualTo(42);
        assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class).hasMessageContaining("cell");
        assertThatThrownBy(() -> same.get().free()).isInstanceOf(StaleHandleException.class);

        Block taken = same.take();
        assertThat(taken.getLong(0)).isEqualTo(42);
        assertThat(taken.handle()).isNotEqualTo(handle);
        assertThat(taken.size()).isEqualTo(100);
        assertThat(block.isInUse()).isFalse();
        assertThat(slot.isEmpty()).isTrue();
        assertThat(slot.take()).isNull();
        assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
        taken.free();
    }

    @Test
    void anOccupiedCellRefusesAndTheBlockStaysOurs() {
        slot.publish(one.allocate(10));
        Block second = two.allocate(20);
        assertThat(same.publish(second)).isFalse();
        assertThat(second.isLive()).isTrue();
        second.free();
        slot.take().free();
    }

    @Test
    void onlyWhatIsOursIsPublished() {
        Block block = one.allocate(10);
        Block seen = two.heap.resolve(block.handle());
        assertThatThrownBy(() -> same.publish(seen)).isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(() -> same.publish(block)).isInstanceOf(IllegalArgumentException.class);
        block.free();
        assertThatThrownBy(() -> slot.publish(block)).isInstanceOf(StaleHandleException.class);
        assertThat(slot.isEmpty()).isTrue();
    }

    @Test
    void aReplacementReturnsWhatItDisplaces() {
        Block first = one.allocate(10);
        long handle = first.handle();
        slot.publish(first);
        Block second = two.allocate(20);
        Replaced replaced = same.compareAndReplace(handle, second, Site.UNKNOWN);
        assertThat(replaced.done()).isTrue();
        assertThat(replaced.former().size()).isEqualTo(10);
        assertThat(replaced.former().isLive()).isTrue();
        assertThat(slot.handle()).isEqualTo(second.handle());
        assertThat(world.stateOf(second)).isEqualTo(BlockState.HELD);
        replaced.former().free();

        Block third = one.allocate(30);
        assertThat(slot.compareAndReplace(handle, third, Site.UNKNOWN).done()).isFalse();
        assertThat(third.isLive()).isTrue();
        Block displaced = slot.exchange(third);
        assertThat(displaced.size()).isEqualTo(20);
        displaced.free();
        slot.take().free();
        assertThat(slot.exchange(one.allocate(5))).isNull();
        slot.take().free();
    }

    @Test
    void getOrAllocateGivesAllTheSame() {
        Block a = slot.getOrAllocate(() -> one.allocate(64));
        Block b = same.getOrAllocate(() -> two.allocate(64));
        assertThat(a.handle()).isEqualTo(b.handle());
        assertThat(world.region.audit().live).hasSize(1);
        slot.take().free();
    }

    @Test
    void aRawStoreLosesWhatWasThere() {
        Block first = one.allocate(10);
        slot.publish(first);
        Block second = two.allocate(20);
        assertThat(same.putRaw(second, Site.UNKNOWN)).isEqualTo(first.handle());
        assertThat(world.stateOf(first)).isEqualTo(BlockState.HELD);
        assertThat(world.disagreements(true)).hasSize(1).first().asString().contains("is not in its cell");
        damaged = true;
        assertThat(slot.take().size()).isEqualTo(20);
    }

    @Test
    void aSharedBlockStaysAsLongAsAnybodyHoldsIt() {
        Block block = one.allocate(100);
        block.putLong(0, 7);
        Hold mine = slot.share(block);
        assertThat(mine).isNotNull();
        assertThat(slot.share(one.allocate(1))).isNull();
        Hold theirs = same.acquire();
        Hold again = same.acquire();
        assertThat(theirs.block().getLong(0)).isEqualTo(7);
        assertThatThrownBy(same::take).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> theirs.block().free()).isInstanceOf(StaleHandleException.class);
        mine.close();
        mine.close();
        assertThat(slot.retire()).isTrue();
        assertThat(slot.retire()).isFalse();
        assertThat(same.acquire()).isNull();
        theirs.close();
        assertThat(again.block().isInUse()).isTrue();
        again.close();
        assertThat(world.stateOf(block)).isEqualTo(BlockState.FREE);
    }

    @Test
    void retiringWhatNobodyHoldsFreesIt() {
        Block block = one.allocate(200_000);
        slot.share(block).close();
        assertThat(world.stateOf(block)).isEqualTo(BlockState.SHARED);
        assertThat(same.retire()).isTrue();
        assertThat(world.region.audit().live).isEmpty();
        assertThat(one.allocate(600_000)).isNotNull();
        world.region.reclaim(1);
    }

    @Test
    void aSharedBlockIsDisplacedAndKeepsItsHolders() {
        Block shared = one.allocate(10);
        Hold hold = slot.share(shared);
        assertThat(same.exchange(two.allocate(20))).isNull();
        assertThat(hold.block().isInUse()).isTrue();
        hold.close();
        assertThat(world.stateOf(shared)).isEqualTo(BlockState.FREE);
        slot.take().free();
    }

    @Test
    void anOfferIsAcceptedByItsTargetAlone() {
        Block block = one.allocate(10);
        long handle = one.space.offer(block, two.self(), Site.UNKNOWN);
        assertThat(world.peer(3).space.accept(handle, world.peer(3).self(), Site.UNKNOWN))
                .isNull();
        assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
        Block accepted = two.space.accept(handle, two.self(), Site.UNKNOWN);
        assertThat(accepted.size()).isEqualTo(10);
        assertThat(one.space.withdraw(handle, Site.UNKNOWN)).isNull();
        long back = two.space.offer(accepted, one.self(), Site.UNKNOWN);
        Block withdrawn = two.space.withdraw(back, Site.UNKNOWN);
        assertThat(one.space.accept(back, one.self(), Site.UNKNOWN)).isNull();
        withdrawn.free();
    }

    @Test
    void blocksHoldBlocks() {
        Block parent = one.node();
        Slot inner = one.space.slot(parent, 16);
        assertThatThrownBy(() -> one.space.slot(parent, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThat(inner.publish(one.node())).isTrue();
        assertThat(slot.publish(parent)).isTrue();
        Slot seen = two.space.slot(same.get(), 16);
        Block child = seen.take();
        child.free();
        assertThatThrownBy(() -> parent.resize(200)).isInstanceOf(IllegalStateException.class);
        slot.take().free();
        assertThatThrownBy(() -> inner.publish(one.allocate(1))).isInstanceOf(StaleHandleException.class);
        world.region.reclaim(1);
    }

    @Test
    void anArrayFillsItsEmptyElements() {
        CellArray array = one.array(3);
        for (int i = 0; i < 3; i++) {
            assertThat(array.append(one.allocate(10 + i))).isEqualTo(i);
        }
        Block fourth = one.allocate(99);
        assertThat(array.append(fourth)).isEqualTo(-1);
        assertThat(fourth.isLive()).isTrue();
        assertThat(array.set(1, fourth)).isFalse();
        assertThat(array.take(1).size()).isEqualTo(11);
        assertThat(array.append(fourth)).isEqualTo(1);
        assertThat(array.count()).isEqualTo(3);
        assertThatThrownBy(() -> array.slot(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> array.slot(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        world.region.reclaim(1);
        assertThat(world.region.audit().live).isEmpty();
    }

    @Test
    void aCellThatHoldsNonsenseSaysSo() {
        damaged = true;
        for (long nonsense : new long[] {-1, 0x1234_5678_9abcL, 1, Long.MIN_VALUE | 5, slot.offset()}) {
            world.region.memory.putLong(slot.offset(), nonsense);
            assertThatThrownBy(slot::take).isInstanceOf(CorruptRegionException.class);
            assertThatThrownBy(slot::get).isInstanceOf(CorruptRegionException.class);
            assertThatThrownBy(slot::acquire).isInstanceOf(CorruptRegionException.class);
            assertThat(slot.retire()).isFalse();
            assertThat(slot.publish(one.allocate(8))).isFalse();
            assertThatThrownBy(() -> slot.exchange(one.allocate(8))).isInstanceOf(CorruptRegionException.class);
        }
        Block elsewhere = one.allocate(8);
        one.root("b").publish(elsewhere);
        world.region.memory.putLong(slot.offset(), elsewhere.handle());
        assertThatThrownBy(slot::take).isInstanceOf(CorruptRegionException.class);
    }
}
