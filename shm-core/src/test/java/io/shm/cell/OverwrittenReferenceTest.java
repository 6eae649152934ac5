package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.heap.Block;
import io.shm.layout.Handle;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.memory.ArmedMemory;
import io.shm.memory.InterruptedMemory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A reference that is stored over is found, once; no right program is ever told that it lost one. */
class OverwrittenReferenceTest {
    private static final Site LINE = Site.of("a.B", "put", "B.java", 3);

    private final CellFixture world = new CellFixture(4 << 20);
    private final CellFixture.Peer one = world.peer(1);
    private final CellFixture.Peer two = world.peer(2);
    private final Slot slot = one.root("mail");
    private final Slot same = two.root("mail");

    private List<Fault> faults() {
        return new FaultLog(world.region.memory, world.region.map).read();
    }

    private static void goRound(CellFixture.Peer peer) {
        for (int i = 0; i < 40; i++) {
            peer.heap.lookForDamage();
        }
    }

    @Test
    void aRawWriteOverABlockIsAFaultWithBothParties() {
        Block lost = one.allocate(100);
        slot.publish(lost);
        Block over = two.allocate(50);
        same.putRaw(over, LINE);
        goRound(one);
        goRound(two);

        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.OVERWRITTEN_REF);
            assertThat(fault.count()).isEqualTo(1);
            assertThat(fault.offset()).isEqualTo(lost.offset());
            assertThat(fault.size()).isEqualTo(100);
            assertThat(fault.cell()).isEqualTo(slot.offset());
            assertThat(fault.allocated().process()).isEqualTo(1);
            assertThat(fault.by().process()).isEqualTo(2);
            assertThat(new Sites(world.region.memory, world.region.map)
                            .get(fault.by().site()))
                    .isEqualTo(LINE);
            assertThat(fault.secondOffset()).isEqualTo(over.offset());
        });
    }

    @Test
    void aRawWriteOverAPublicationThatIsHalfDoneHasItsAuthorToo() {
        boolean happened = true;
        for (int n = 1; happened; n++) {
            CellFixture fresh = new CellFixture(1 << 20);
            CellFixture.Peer other = fresh.peer(2);
            Slot same = other.root("mail");
            boolean[] over = new boolean[1];
            InterruptedMemory stopped = new InterruptedMemory(
                    fresh.region.memory, n, () -> over[0] = same.putRaw(other.allocate(50), LINE) != 0);
            ArmedMemory view = new ArmedMemory(fresh.region.memory);
            CellFixture.Peer interrupted = fresh.peer(1, view);
            Slot mail = interrupted.root("mail");
            Block published = interrupted.allocate(100);
            view.arm(stopped);
            mail.publish(published);
            happened = stopped.happened();
            goRound(other);
            List<Fault> faults = new FaultLog(fresh.region.memory, fresh.region.map).read();
            assertThat(faults).as("stopped before write %d", n).hasSize(over[0] ? 1 : 0);
            for (Fault fault : faults) {
                assertThat(fault.by().process())
                        .as("stopped before write %d", n)
                        .isEqualTo(2);
                assertThat(fault.other().process()).isZero();
            }
        }
    }

    @Test
    void ofTwoRawWritesAtOnceTheSecondIsTheAuthorWhereverTheyMeet() {
        boolean happened = true;
        for (int n = 1; happened; n++) {
            CellFixture fresh = new CellFixture(1 << 20);
            CellFixture.Peer other = fresh.peer(2);
            Slot same = other.root("mail");
            Block second = other.allocate(50);
            InterruptedMemory stopped = new InterruptedMemory(fresh.region.memory, n, () -> {
                same.putRaw(second, LINE);
                // Whoever looks meanwhile must not be quicker than the author.
                goRound(other);
            });
            ArmedMemory view = new ArmedMemory(fresh.region.memory);
            CellFixture.Peer interrupted = fresh.peer(1, view);
            Slot mail = interrupted.root("mail");
            Block first = interrupted.allocate(100);
            view.arm(stopped);
            mail.putRaw(first, LINE);
            happened = stopped.happened();
            goRound(other);
            assertThat(new FaultLog(fresh.region.memory, fresh.region.map).read())
                    .as("stopped before write %d", n)
                    .hasSize(happened ? 1 : 0)
                    .allSatisfy(fault -> assertThat(fault.by().process()).isBetween(1, 2));
        }
    }

    @Test
    void whoIsStoppedBeforeItTellsIsNamedInTheRecordThoughTheWalkWasQuicker() {
        boolean happened = true;
        boolean quicker = false;
        for (int n = 1; happened; n++) {
            CellFixture fresh = new CellFixture(1 << 20);
            CellFixture.Peer other = fresh.peer(1);
            Slot mail = other.root("mail");
            Block lost = other.allocate(100);
            mail.publish(lost);
            long handle = lost.handle();
            InterruptedMemory stopped = new InterruptedMemory(fresh.region.memory, n, () -> {
                // It takes what is in the cell, and so ends the publication that is half-done.
                mail.take();
                goRound(other);
            });
            ArmedMemory view = new ArmedMemory(fresh.region.memory);
            CellFixture.Peer writer = fresh.peer(2, view);
            Slot same = writer.root("mail");
            Block over = writer.allocate(50);
            view.arm(stopped);
            same.putRaw(over, LINE);
            happened = stopped.happened();
            goRound(other);
            LedgerScan scan = new LedgerScan(fresh.region.memory, fresh.region.map);
            RecordView record = scan.block(Handle.slab(handle), Handle.index(handle));
            List<Fault> faults = new FaultLog(fresh.region.memory, fresh.region.map).read();
            boolean isLost = Handle.matches(handle, record.word());
            assertThat(faults).as("stopped before write %d", n).hasSize(isLost ? 1 : 0);
            if (isLost) {
                quicker |= faults.get(0).by().process() == 0;
                assertThat(record.action()).isEqualTo(BlockStates.OVERWRITTEN);
                assertThat(record.changedBy()).as("stopped before write %d", n).isEqualTo(2);
            }
        }
        assertThat(quicker).as("the walk was quicker once").isTrue();
    }

    @Test
    void aRawWriteToAnEmptyCellIsNone() {
        slot.putRaw(one.allocate(100), LINE);
        same.take().free();
        same.putRaw(two.allocate(100), LINE);
        goRound(one);
        assertThat(faults()).isEmpty();
    }

    @Test
    void aStoreBehindOurBackIsFoundByTheWalkOnce() {
        Block lost = one.allocate(100);
        slot.publish(lost);
        world.region.memory.putLong(slot.offset(), 0);
        goRound(two);
        goRound(one);
        goRound(two);
        assertThat(faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.OVERWRITTEN_REF);
            assertThat(fault.count()).isEqualTo(1);
            assertThat(fault.observed()).isZero();
            assertThat(fault.expected()).isNotZero();
        });
    }

    @Test
    void everyLossOfManyIsCountedOnce() throws Exception {
        int rounds = 500;
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> other = threads.submit(() -> race(two, same, rounds, start));
            Future<?> first = threads.submit(() -> race(one, slot, rounds, start));
            first.get();
            other.get();
        } finally {
            threads.shutdownNow();
        }
        goRound(one);
        goRound(two);
        // All but the last was overwritten.
        assertThat(faults()).allSatisfy(fault -> assertThat(fault.kind()).isEqualTo(FaultKind.OVERWRITTEN_REF));
        assertThat(faults().stream().mapToLong(Fault::count).sum()).isEqualTo(2L * rounds - 1);
    }

    private static Void race(CellFixture.Peer peer, Slot cell, int rounds, CyclicBarrier start) throws Exception {
        start.await();
        for (int i = 0; i < rounds; i++) {
            cell.putRaw(peer.allocate(40), LINE);
        }
        return null;
    }

    @Test
    void whatReplacesTakesAndAppendsLosesNothing() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        CellArray array = one.array(8);
        CountDownLatch done = new CountDownLatch(2);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<?> first = threads.submit(() -> right(one, slot, array, new Random(seed), done));
            Future<?> second = threads.submit(() -> right(
                    two,
                    same,
                    new CellArray(two.space, two.heap.resolve(array.block().handle())),
                    new Random(seed + 1),
                    done));
            CellFixture.Peer three = world.peer(3);
            Future<?> walker = threads.submit(() -> {
                while (done.getCount() > 0) {
                    three.heap.lookForDamage();
                }
            });
            first.get();
            second.get();
            walker.get();
        } finally {
            threads.shutdownNow();
        }
        goRound(one);
        assertThat(faults()).as("seed %d", seed).isEmpty();
    }

    private static void right(CellFixture.Peer peer, Slot cell, CellArray array, Random random, CountDownLatch done) {
        try {
            for (int i = 0; i < 20_000; i++) {
                switch (random.nextInt(4)) {
                    case 0 -> free(cell.take());
                    case 1 -> {
                        Block block = peer.allocate(1 + random.nextInt(60));
                        if (block != null) {
                            free(cell.exchange(block));
                        }
                    }
                    case 2 -> {
                        Block block = peer.allocate(1 + random.nextInt(60));
                        if (block != null && array.append(block) < 0) {
                            block.free();
                        }
                    }
                    default -> free(array.take(random.nextInt(8)));
                }
            }
        } finally {
            done.countDown();
        }
    }

    private static void free(Block block) {
        if (block != null) {
            block.free();
        }
    }

    @Test
    void anIndexBeyondAnArrayIsAFaultAndTouchesNothing() {
        CellArray array = one.array(3);
        assertThatThrownBy(() -> array.slot(3)).isInstanceOf(IndexOutOfBoundsException.class);
        Block block = one.allocate(10);
        assertThatThrownBy(() -> array.set(-1, block)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(block.isLive()).isTrue();
        assertThat(faults().stream().mapToLong(Fault::count).sum()).isEqualTo(2);
        assertThat(faults()).allSatisfy(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.INDEX);
            assertThat(fault.expected()).isEqualTo(3);
        });
        for (int i = 0; i < 3; i++) {
            assertThat(array.append(one.allocate(10))).isEqualTo(i);
        }
        assertThat(array.append(block)).isEqualTo(-1);
        assertThat(faults().stream().mapToLong(Fault::count).sum()).isEqualTo(2);
    }
}
