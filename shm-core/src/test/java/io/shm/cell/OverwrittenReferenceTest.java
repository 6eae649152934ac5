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
import io.shm.memory.CrashingMemory;
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
    void whoIsStoppedBeforeItTellsIsNamedThoughTheWalkWasQuicker() {
        boolean happened = true;
        boolean quicker = false;
        for (int n = 1; happened; n++) {
            SlowOverwriter slow = new SlowOverwriter();
            InterruptedMemory stopped = new InterruptedMemory(slow.fresh.region.memory, n, slow::walkMeanwhile);
            slow.putOver(stopped);
            happened = stopped.happened();
            quicker |= slow.walkWasQuicker;
            goRound(slow.other);
            slow.checkToldOnce("stopped before write " + n);
            if (slow.isLost()) {
                assertThat(slow.record().action()).isEqualTo(BlockStates.OVERWRITTEN);
                assertThat(slow.record().changedBy())
                        .as("stopped before write %d", n)
                        .isEqualTo(2);
                assertThat(slow.faults().get(0).by().process())
                        .as("stopped before write %d", n)
                        .isEqualTo(2);
                assertThat(slow.lineOf(slow.faults().get(0))).isEqualTo(LINE);
            }
        }
        assertThat(quicker).as("the walk was quicker once").isTrue();
    }

    @Test
    void whoDiesBeforeAnyWriteOfNamingItselfIsToldOfOnceAndNamedOrNobodyIs() {
        int unnamed = 0;
        int named = 0;
        boolean died = true;
        for (int n = 1; died; n++) {
            SlowOverwriter slow = new SlowOverwriter();
            died = slow.dieAfterTheWalk(n);
            goRound(slow.other);
            slow.checkToldOnce("died before write " + n + " of telling");
            assertThat(slow.faults()).hasSize(1);
            Fault fault = slow.faults().get(0);
            assertThat(fault.by().process()).isIn(0, 2);
            if (fault.by().isKnown()) {
                named++;
                assertThat(slow.lineOf(fault)).isEqualTo(LINE);
            } else {
                unnamed++;
                assertThat(slow.record().changedBy()).isZero();
            }
        }
        assertThat(unnamed).as("deaths before the name").isPositive();
        assertThat(named).as("deaths after the name, and none").isGreaterThan(1);
    }

    @Test
    void aWalkThatIsStoppedWhileItReportsSeesWhoHasNamedItselfMeanwhile() {
        boolean happened = true;
        for (int n = 1; happened; n++) {
            SlowOverwriter slow = new SlowOverwriter();
            ArmedMemory view = new ArmedMemory(slow.fresh.region.memory);
            CellFixture.Peer walker = slow.fresh.peer(3, view);
            slow.fresh.region.memory.putLong(slow.mail.offset(), 0);
            InterruptedMemory stopped = new InterruptedMemory(slow.fresh.region.memory, n, slow::tell);
            view.arm(stopped);
            goRound(walker);
            happened = stopped.happened();
            if (!happened) {
                slow.tell();
            }
            slow.checkToldOnce("the walk was stopped before write " + n);
            assertThat(slow.faults())
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.by().process()).isEqualTo(2));
            assertThat(slow.record().changedBy()).isEqualTo(2);
        }
    }

    @Test
    void lossesOfOneLineWhoseAuthorsBecomeKnownLaterAreOneFaultThatIsCounted() {
        Block[] lost = new Block[3];
        Slot[] cells = new Slot[lost.length];
        long[] handles = new long[lost.length];
        for (int i = 0; i < lost.length; i++) {
            lost[i] = one.allocate(100 + i);
            handles[i] = lost[i].handle();
            cells[i] = one.root("mail " + i);
            cells[i].publish(lost[i]);
            world.region.memory.putLong(cells[i].offset(), 0);
        }
        goRound(one);
        assertThat(faults()).hasSize(lost.length).allSatisfy(fault -> {
            assertThat(fault.by().isKnown()).isFalse();
            assertThat(fault.count()).isEqualTo(1);
        });
        int line = idOf(LINE, world);
        two.heap.overwritten(cells[1].offset(), handles[1], line);
        assertThat(faults().stream().filter(fault -> fault.by().isKnown()))
                .singleElement()
                .satisfies(fault -> assertThat(fault.cell()).isEqualTo(cells[1].offset()));
        two.heap.overwritten(cells[0].offset(), handles[0], line);
        two.heap.overwritten(cells[0].offset(), handles[0], line);
        goRound(two);
        assertThat(faults()).hasSize(2);
        assertThat(faults().stream().filter(fault -> fault.by().isKnown()))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.count()).isEqualTo(2);
                    assertThat(fault.blocks()).isEqualTo(2);
                    assertThat(fault.bytes()).isEqualTo(201);
                    assertThat(fault.by().process()).isEqualTo(2);
                });
    }

    private static int idOf(Site site, CellFixture of) {
        return new Sites(of.region.memory, of.region.map).idOf(site);
    }

    /** Process 2 writes over what process 1 has put into a cell, and is slow to say so; process 1 walks. */
    private static final class SlowOverwriter {
        final CellFixture fresh = new CellFixture(1 << 20);
        final CellFixture.Peer other = fresh.peer(1);
        final ArmedMemory view = new ArmedMemory(fresh.region.memory);
        final CellFixture.Peer writer = fresh.peer(2, view);
        final Slot mail = other.root("mail");
        final Slot same = writer.root("mail");
        final int line = idOf(LINE, fresh);
        final long handle;
        boolean walkWasQuicker;

        SlowOverwriter() {
            Block lost = other.allocate(100);
            handle = lost.handle();
            mail.publish(lost);
        }

        void putOver(InterruptedMemory stopped) {
            Block over = writer.allocate(50);
            view.arm(stopped);
            same.putRaw(over, LINE);
        }

        void walkMeanwhile() {
            // It takes what is in the cell, and so ends the publication that is half-done.
            mail.take();
            goRound(other);
            walkWasQuicker = faults().stream().anyMatch(fault -> !fault.by().isKnown());
        }

        /** What comes after the store. */
        void tell() {
            writer.heap.overwritten(mail.offset(), handle, line);
        }

        boolean dieAfterTheWalk(int write) {
            fresh.region.memory.putLong(mail.offset(), 0);
            goRound(other);
            CrashingMemory deadly = new CrashingMemory(fresh.region.memory, write);
            view.arm(deadly);
            try {
                tell();
            } catch (CrashingMemory.Crash expected) {
                return true;
            }
            return false;
        }

        RecordView record() {
            return new LedgerScan(fresh.region.memory, fresh.region.map)
                    .block(Handle.slab(handle), Handle.index(handle));
        }

        boolean isLost() {
            return Handle.matches(handle, record().word());
        }

        List<Fault> faults() {
            return new FaultLog(fresh.region.memory, fresh.region.map).read();
        }

        Site lineOf(Fault fault) {
            return new Sites(fresh.region.memory, fresh.region.map)
                    .get(fault.by().site());
        }

        void checkToldOnce(String when) {
            assertThat(faults()).as(when).hasSize(isLost() ? 1 : 0).allSatisfy(fault -> {
                assertThat(fault.count()).isEqualTo(1);
                assertThat(fault.blocks()).isEqualTo(1);
                assertThat(fault.bytes()).isEqualTo(100);
            });
        }
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
