package io.shm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.participant.FakeLocks;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.Membership;
import io.shm.participant.ParticipantStates;
import io.shm.participant.Participants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdoptionTest {
    private static final Site WORK = Site.here();
    private static final long CREATED = 5_000_000;

    private final HeapFixture region = new HeapFixture(1 << 20);
    private final Sites sites = new Sites(region.memory, region.map);
    private final FakeLocks machine = new FakeLocks();
    private final FakeProcess dying = machine.start();
    private final FakeProcess living = machine.start();
    private final BlockingQueue<Orphan> adopted = new LinkedBlockingQueue<>();
    private final List<Adoption> adoptions = new ArrayList<>();
    private Membership victim;
    private Membership own;
    private Heap heap;

    @BeforeEach
    void join() {
        ParticipantStates.format(region.memory);
        victim = on(dying).join("victim", null);
        own = on(living).join("living", null);
        heap = region.heapOf(own);
    }

    @AfterEach
    void stop() {
        adoptions.forEach(Adoption::stop);
    }

    private Participants on(FakeProcess process) {
        return new Participants(region.memory, region.map, process, process);
    }

    private Adoption adoption(Heap by, OrphanListener listener) {
        Adoption adoption = new Adoption(
                by, new LedgerScan(region.memory, region.map), sites, region.tags, on(living), CREATED, listener);
        adoptions.add(adoption);
        return adoption;
    }

    private long leaveBehind(long size, byte content) {
        Block block = region.heapOf(victim).tryAllocate(size, region.tags.idOf("packet"), sites.idOf(WORK), 0);
        block.putByte(size - 1, content);
        return block.handle();
    }

    private void die() {
        dying.kill();
        boolean reaped = on(living)
                .reap(victim.slot(), slot -> region.reclaim(region.memory, true).reclaim(slot));
        assertThat(reaped).isTrue();
    }

    @Test
    void whatIsAnOrphanAlreadyIsAdoptedWithItsHistory() throws InterruptedException {
        long before = leaveBehind(100, (byte) 7);
        die();
        adoption(heap, adopted::add).look();
        Orphan orphan = adopted.take();

        assertThat(orphan.block().getByte(99)).isEqualTo((byte) 7);
        assertThat(orphan.block().handle()).isNotEqualTo(before);
        assertThat(heap.resolve(before)).isNull();
        assertThat(orphan.tag()).isEqualTo("packet");
        assertThat(orphan.site()).isEqualTo(WORK);
        assertThat(orphan.allocatedAt()).isEqualTo(Instant.ofEpochMilli(CREATED + HeapFixture.NOW));
        assertThat(orphan.lastOwner().orElseThrow().name()).isEqualTo("victim");
        assertThat(orphan.lastOwner().orElseThrow().pid()).isEqualTo(dying.pid());
        assertThat(orphan.mayBeHalfWritten()).isTrue();
        orphan.block().free();
        assertThat(region.audit().live).isEmpty();
    }

    @Test
    void oneThatLeftInGoodOrderHasWrittenAllOfIt() throws InterruptedException {
        leaveBehind(100, (byte) 7);
        on(dying).leave(victim, slot -> region.reclaim(region.memory, true).reclaim(slot));
        adoption(heap, adopted::add).look();

        assertThat(adopted.take().mayBeHalfWritten()).isFalse();
    }

    @Test
    void whatComesLaterIsAdoptedOnceSomebodyHasGone() throws InterruptedException {
        Adoption adoption = adoption(heap, adopted::add);
        adoption.look();
        leaveBehind(200_000, (byte) 1);
        leaveBehind(100, (byte) 1);
        adoption.look();
        die();
        adoption.look();

        assertThat(List.of(adopted.take(), adopted.take()))
                .extracting(orphan -> orphan.block().size())
                .containsExactlyInAnyOrder(100L, 200_000L);
    }

    @Test
    void aListenerThatThrowsIsNotAskedAgainAndStopsNobody() throws InterruptedException {
        leaveBehind(100, (byte) 1);
        leaveBehind(5000, (byte) 1);
        die();
        List<Throwable> uncaught = new ArrayList<>();
        Adoption adoption = adoption(heap, orphan -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
            adopted.add(orphan);
            if (orphan.block().size() == 100) {
                throw new IllegalArgumentException("unwanted");
            }
        });
        adoption.look();
        assertThat(List.of(adopted.take(), adopted.take())).hasSize(2);
        // Somebody comes and goes: another look, of the same thread after the first.
        FakeProcess guest = machine.start();
        on(guest).leave(on(guest).join("guest", null));
        leaveBehindAs(guest);
        adoption.look();
        assertThat(adopted.take().block().size()).isEqualTo(300);

        assertThat(uncaught).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(region.audit().blocks(BlockState.ORPHAN)).isEqualTo(1);
        Heap another = region.heap(5);
        adoption(another, adopted::add).look();
        assertThat(adopted.take().block().size()).isEqualTo(100);
    }

    @Test
    void whatAListenerDidNotWantIsStillThatOfTheDeadOneOnceItHasLeft() throws InterruptedException {
        leaveBehind(100, (byte) 1);
        die();
        FakeProcess guest = machine.start();
        Membership guests = on(guest).join("guest", null);
        CountDownLatch refused = new CountDownLatch(1);
        Adoption unwilling = adoption(region.heapOf(guests), orphan -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> refused.countDown());
            throw new IllegalArgumentException("unwanted");
        });
        unwilling.look();
        refused.await();
        on(guest).leave(guests, slot -> region.reclaim(region.memory, true).reclaim(slot));
        adoption(heap, adopted::add).look();
        Orphan orphan = adopted.take();

        assertThat(orphan.lastOwner().orElseThrow().name()).isEqualTo("victim");
        assertThat(orphan.mayBeHalfWritten()).isTrue();
    }

    private void leaveBehindAs(FakeProcess process) {
        Membership membership = on(process).join("guest", null);
        region.heapOf(membership).tryAllocate(300, 0, 0, 0);
        process.kill();
        assertThat(on(living)
                        .reap(
                                membership.slot(),
                                slot -> region.reclaim(region.memory, true).reclaim(slot)))
                .isTrue();
    }
}
