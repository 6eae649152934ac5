package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.inspect.RegionAudit;
import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Level;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.Types;
import io.shm.memory.ArmedMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A block is freed that still holds another. That one leaks, and says who did it; nobody's reference was written over, also
 * where the place is used again in the same tick of the clock, which stands still here.
 */
class HolderFreedTest {
    private static final Site LINE = Site.of("a.B", "drop", "B.java", 3);
    private static final int SIZE = 1 << 20;
    private static final int VICTIM = 1;
    private static final int OTHER = 2;
    private static final int SECRET = BlockSpec.of(1).secret().flags();
    private static final PoolSpec POOL = new PoolSpec("p", 300, 4, true);

    private final long seed = Long.getLong("shm.seed", System.nanoTime());

    /** How the block that holds the other comes to whoever frees it. */
    private enum Way {
        OWN_SLAB,
        SECRET_OF_OWN_SLAB {
            @Override
            Block outer(CellFixture world, CellFixture.Peer freer, CellFixture.Peer other) {
                return node(world, freer, 100, 0, SECRET);
            }
        },
        ALIGNED {
            @Override
            Block outer(CellFixture world, CellFixture.Peer freer, CellFixture.Peer other) {
                return node(world, freer, 100, 0, BlockSpec.of(1).alignment(256).flags());
            }
        },
        LARGE {
            @Override
            Block outer(CellFixture world, CellFixture.Peer freer, CellFixture.Peer other) {
                return node(world, freer, 130_000, 0, 0);
            }
        },
        OF_A_POOL {
            @Override
            Block outer(CellFixture world, CellFixture.Peer freer, CellFixture.Peer other) {
                return node(world, freer, 300, world.region.tags.idOf("p"), 0);
            }
        },
        TAKEN_FROM_ANOTHER {
            @Override
            Block outer(CellFixture world, CellFixture.Peer freer, CellFixture.Peer other) {
                other.root("way").publish(node(world, other, 100, 0, 0));
                return freer.root("way").take();
            }
        },
        PARANOID {
            @Override
            void prepare(CellFixture world, CellFixture.Peer freer) {
                RegionHeader.setLevel(world.region.memory, Level.PARANOID);
                freer.heap.tick(HeapFixture.NOW);
            }
        },
        PARANOID_AND_OVERRUN {
            @Override
            void prepare(CellFixture world, CellFixture.Peer freer) {
                PARANOID.prepare(world, freer);
            }

            @Override
            void beforeTheFree(CellFixture world, Block outer) {
                world.region.memory.putByte(outer.offset() + outer.size(), (byte) 'x');
            }
        };

        void prepare(CellFixture world, CellFixture.Peer freer) {}

        Block outer(CellFixture world, CellFixture.Peer freer, CellFixture.Peer other) {
            return node(world, freer, 100, 0, 0);
        }

        void beforeTheFree(CellFixture world, Block outer) {}

        boolean isKeptOut() {
            return this == PARANOID_AND_OVERRUN;
        }

        static Block node(CellFixture world, CellFixture.Peer peer, long size, int tag, int flags) {
            int type = new Types(world.region.memory, world.region.map).idOf(CellFixture.NODE);
            return peer.heap.tryAllocate(size, tag, 0, Heap.request(flags, type));
        }
    }

    /** A region in which a process has a block with others in its cells. */
    private static final class Scene {
        final CellFixture world = new CellFixture(SIZE, POOL);
        final ArmedMemory view = new ArmedMemory(world.region.memory);
        final CellFixture.Peer freer;
        final CellFixture.Peer other = world.peer(OTHER);
        final CellFixture.Peer watcher = world.peer(3);
        final Way way;
        final Block outer;
        final long inner;
        final long second;
        final long cell;

        Scene(Way way, UnaryOperator<SharedMemory> code) {
            this.way = way;
            this.freer = world.peer(VICTIM, code.apply(view));
            way.prepare(world, freer);
            this.outer = way.outer(world, freer, other);
            this.inner = hang(0);
            this.second = hang(16);
            this.cell = outer.offset();
            way.beforeTheFree(world, outer);
        }

        private long hang(long offset) {
            Block block = freer.allocate(40);
            assertThat(freer.space.slot(outer, offset).publish(block)).isTrue();
            return record(block.offset()).handle();
        }

        void free() {
            outer.free(LINE);
        }

        RecordView record(long at) {
            return new LedgerScan(world.region.memory, world.region.map).blockAt(at);
        }

        RecordView recordOf(long handle) {
            return new LedgerScan(world.region.memory, world.region.map)
                    .block(Handle.slab(handle), Handle.index(handle));
        }

        /** Allocates until the place is used again, with the cells as a program leaves them. */
        void useAgain(boolean sameType) {
            if (way == Way.PARANOID || way == Way.PARANOID_AND_OVERRUN) {
                walk();
                RegionHeader.setLevel(world.region.memory, Level.SITES);
                freer.heap.tick(HeapFixture.NOW);
                freer.heap.lookForDamage();
            }
            CellFixture.Peer next = way == Way.TAKEN_FROM_ANOTHER ? other : freer;
            int tag = way == Way.OF_A_POOL ? world.region.tags.idOf("p") : 0;
            int flags = way == Way.ALIGNED ? BlockSpec.of(1).alignment(256).flags() : 0;
            for (int i = 0; !isInUse(); i++) {
                assertThat(i).as("allocations").isLessThan(3000);
                Block block = sameType
                        ? Way.node(world, next, outer.size(), tag, flags)
                        : next.heap.tryAllocate(outer.size(), tag, 0, flags);
                assertThat(block).isNotNull();
                if (block.offset() == cell && !sameType) {
                    block.fill((byte) 0);
                } else if (block.offset() != cell && way == Way.LARGE) {
                    block.free();
                }
            }
        }

        /** Whether there is a block in the place of the outer one. */
        boolean isInUse() {
            RecordView now = record(cell);
            return now != null && now.isUsed() && now.payloadAt() == cell;
        }

        void walk() {
            for (int i = 0; i < 20; i++) {
                freer.heap.lookForDamage();
                watcher.heap.lookForDamage();
            }
        }

        List<Fault> losses() {
            return new FaultLog(world.region.memory, world.region.map)
                    .read().stream()
                            .filter(fault -> fault.kind() == FaultKind.OVERWRITTEN_REF)
                            .toList();
        }

        void checkLeftBehind(long handle, String when) {
            RecordView left = recordOf(handle);
            assertThat(left.state()).as(when).isEqualTo(BlockState.HELD);
            assertThat(left.damaged()).as(when).isFalse();
            assertThat(left.action()).as(when).isEqualTo(BlockStates.HOLDER_FREED);
            assertThat(left.changedBy()).as(when).isEqualTo(VICTIM);
            assertThat(new Sites(world.region.memory, world.region.map).get(left.changedSite()))
                    .as(when)
                    .isEqualTo(LINE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatHungInItSaysWhoFreedItsHolderAndIsNoOverwrittenReference(Way way) {
        for (boolean sameType : new boolean[] {false, true}) {
            check(way, sameType, view -> view);
        }
    }

    private static void check(Way way, boolean sameType, UnaryOperator<SharedMemory> code) {
        Scene scene = new Scene(way, code);
        String when = way + (sameType ? ", the same type" : ", no type");
        scene.free();
        scene.walk();
        if (!way.isKeptOut()) {
            scene.useAgain(sameType);
        }
        scene.walk();
        assertThat(scene.losses()).extracting(Fault::kind).as(when).isEmpty();
        scene.checkLeftBehind(scene.inner, when);
        scene.checkLeftBehind(scene.second, when);
        assertThat(scene.recordOf(scene.inner).changedAt()).as(when).isEqualTo(HeapFixture.NOW);
    }

    @Test
    void anOperatorWhoReleasesWhatIsKeptOutFindsThatItIsNotedAlready() {
        Scene scene = new Scene(Way.PARANOID_AND_OVERRUN, view -> view);
        scene.free();
        assertThat(scene.watcher.heap.freeUnowned(scene.record(scene.cell))).isTrue();
        scene.useAgain(true);
        scene.walk();
        assertThat(scene.losses()).isEmpty();
        scene.checkLeftBehind(scene.inner, "released");
    }

    @Test
    void anOperatorWhoReleasesADamagedBlockLeavesItBehindInHisName() {
        Scene scene = new Scene(Way.OWN_SLAB, view -> view);
        RecordView outer = scene.record(scene.cell);
        assertThat(BlockStates.quarantine(scene.world.region.memory, outer.recordAt(), outer.word()))
                .isTrue();
        assertThat(scene.watcher.heap.freeUnowned(scene.record(scene.cell))).isTrue();
        scene.useAgain(true);
        scene.walk();
        assertThat(scene.losses()).isEmpty();
        assertThat(scene.recordOf(scene.inner).action()).isEqualTo(BlockStates.HOLDER_FREED);
        assertThat(scene.recordOf(scene.inner).changedBy()).isEqualTo(3);
    }

    @Test
    void aPublicationThatIsHalfDoneIsFinishedAndNoted() {
        int noted = 0;
        boolean happened = true;
        for (int n = 1; happened; n++) {
            CellFixture world = new CellFixture(SIZE);
            CellFixture.Peer freer = world.peer(VICTIM);
            ArmedMemory view = new ArmedMemory(world.region.memory);
            CellFixture.Peer publisher = world.peer(OTHER, view);
            Block outer = freer.node();
            Block late = publisher.allocate(40);
            Slot slot = publisher.space.slot(publisher.heap.resolve(outer.handle()), 0);
            LedgerScan scan = new LedgerScan(world.region.memory, world.region.map);
            boolean[] held = new boolean[1];
            InterruptedMemory stopped = new InterruptedMemory(world.region.memory, n, () -> {
                held[0] = world.region.memory.getLong(outer.offset()) != 0;
                outer.free(LINE);
                held[0] &= BlockStates.isHolderFreed(scan.blockAt(late.offset()).changed());
            });
            view.arm(stopped);
            slot.publish(late);
            happened = stopped.happened();
            noted += held[0] ? 1 : 0;
            if (held[0]) {
                assertThat(scan.blockAt(late.offset()).action())
                        .as("stopped before write %d", n)
                        .isEqualTo(BlockStates.HOLDER_FREED);
            }
        }
        assertThat(noted).as("publications that were finished").isPositive();
    }

    /** To note is to finish the replacement, and to free what was displaced: a free within a free. */
    @Test
    void aReplacementOfASharedBlockThatIsHalfDoneIsFinishedAndNoted() {
        int freed = 0;
        boolean happened = true;
        for (int n = 1; happened; n++) {
            CellFixture world = new CellFixture(SIZE);
            CellFixture.Peer freer = world.peer(VICTIM);
            ArmedMemory view = new ArmedMemory(world.region.memory);
            CellFixture.Peer replacer = world.peer(OTHER, view);
            Block outer = freer.node();
            Slot slot = replacer.space.slot(replacer.heap.resolve(outer.handle()), 0);
            Block shared = replacer.allocate(40);
            long offset = shared.offset();
            slot.share(shared).close();
            long handle = slot.handle();
            Block late = replacer.allocate(48);
            LedgerScan scan = new LedgerScan(world.region.memory, world.region.map);
            int[] freedHere = new int[1];
            InterruptedMemory stopped = new InterruptedMemory(world.region.memory, n, () -> {
                boolean wasThere = scan.blockAt(offset).isUsed();
                outer.free(LINE);
                freedHere[0] = wasThere && !scan.blockAt(offset).isUsed() ? 1 : 0;
            });
            view.arm(stopped);
            slot.compareAndReplace(handle, late, LINE);
            happened = stopped.happened();
            freed += freedHere[0];
            if (freedHere[0] != 0) {
                assertThat(scan.blockAt(late.offset()).action())
                        .as("stopped before write %d", n)
                        .isEqualTo(BlockStates.HOLDER_FREED);
            }
        }
        assertThat(freed).as("frees within a free").isPositive();
    }

    @Test
    void whoTakesTheBlockMeanwhileHasIt() {
        boolean happened = true;
        for (int n = 1; happened; n++) {
            Scene scene = new Scene(Way.OWN_SLAB, view -> view);
            // One who has looked before whether the block with the cell is in use.
            Slot slot = new Slot(scene.other.space, scene.cell, null);
            Block[] taken = new Block[1];
            InterruptedMemory stopped =
                    new InterruptedMemory(scene.world.region.memory, n, () -> taken[0] = slot.take());
            scene.view.arm(stopped);
            scene.free();
            happened = stopped.happened();
            if (taken[0] != null) {
                RecordView its = scene.record(taken[0].offset());
                assertThat(its.state()).isEqualTo(BlockState.LIVE);
                assertThat(its.damaged()).isFalse();
                assertThat(its.action()).as("stopped before write %d", n).isEqualTo(BlockStates.TAKEN);
                taken[0].free();
            }
        }
    }

    @Test
    void aSharedBlockKeepsItsHolders() {
        CellFixture world = new CellFixture(SIZE);
        CellFixture.Peer freer = world.peer(VICTIM);
        Block outer = freer.node();
        Hold hold = freer.space.slot(outer, 0).share(freer.allocate(40));
        Block shared = hold.block();
        long before = world.recordWord(freer, shared, RecordLayout.CHANGED_OFFSET);
        outer.free(LINE);
        assertThat(world.recordWord(freer, shared, RecordLayout.CHANGED_OFFSET)).isEqualTo(before);
        freer.node();
        hold.close();
        assertThat(world.stateOf(shared)).isEqualTo(BlockState.FREE);
    }

    /** Whatever the clocks of those say who made the cell, and filled it. */
    @Test
    void aReferenceInABlockThatIsWrittenOverIsFoundThoughTheClocksDiffer() {
        for (long skew : new long[] {-5, 0, 5}) {
            CellFixture world = new CellFixture(SIZE);
            CellFixture.Peer one = world.peer(VICTIM);
            CellFixture.Peer two = world.peer(OTHER);
            two.heap.tick(HeapFixture.NOW + skew);
            Block outer = one.node();
            Block inner = two.allocate(40);
            two.space.slot(two.heap.resolve(outer.handle()), 0).publish(inner);
            world.region.memory.putLong(outer.offset(), 0);
            for (int i = 0; i < 20; i++) {
                one.heap.lookForDamage();
            }
            assertThat(new FaultLog(world.region.memory, world.region.map).read())
                    .as("skew %d", skew)
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.kind()).isEqualTo(FaultKind.OVERWRITTEN_REF));
            outer.free(LINE);
            assertThat(new LedgerScan(world.region.memory, world.region.map)
                            .blockAt(inner.offset())
                            .action())
                    .isEqualTo(BlockStates.OVERWRITTEN);
        }
    }

    // ---------------------------------------------------------------- the checks can fail

    @Test
    void theChecksCatchAFreeThatDoesNotNote() {
        for (Way way : List.of(Way.OWN_SLAB, Way.TAKEN_FROM_ANOTHER, Way.PARANOID)) {
            assertThatThrownBy(() -> check(way, true, NotesNothing::new))
                    .as("%s", way)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("OVERWRITTEN_REF");
        }
    }

    @Test
    void theChecksCatchAFreeThatNotesOnceItIsDone() {
        assertThatThrownBy(() -> dies(Way.OWN_SLAB, NotesLate::new)).isInstanceOf(AssertionError.class);
    }

    private static boolean isNote(long value) {
        return RecordWords.actionOf(value) == BlockStates.HOLDER_FREED && value >>> 40 == VICTIM;
    }

    private static final class NotesNothing extends ForwardingMemory {
        NotesNothing(SharedMemory inner) {
            super(inner);
        }

        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            return isNote(value) || super.compareAndSetLong(offset, expected, value);
        }
    }

    /** Gives the record away, and notes then. */
    private static final class NotesLate extends ForwardingMemory {
        private final List<long[]> later = new java.util.ArrayList<>();

        NotesLate(SharedMemory inner) {
            super(inner);
        }

        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            if (isNote(value)) {
                later.add(new long[] {offset, expected, value});
                return true;
            }
            boolean done = super.compareAndSetLong(offset, expected, value);
            if (BlockStates.is(expected, BlockState.RESERVED) && BlockStates.is(value, BlockState.FREE)) {
                later.forEach(note -> super.compareAndSetLong(note[0], note[1], note[2]));
                later.clear();
            }
            return done;
        }
    }

    // ---------------------------------------------------------------- deaths

    /**
     * Dies before each write of the free, with all or some of its last plain stores; then so does whoever reclaims. Either the
     * free is done, and what it left behind says so; or it is not, and what is in the cells goes the way of the block.
     */
    @ParameterizedTest
    @EnumSource
    void whoDiesBeforeAnyWriteOfTheFreeLeavesNoFalseFault(Way way) {
        dies(way, view -> view);
    }

    private void dies(Way way, UnaryOperator<SharedMemory> code) {
        Random random = new Random(seed);
        int done = 0;
        int undone = 0;
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                String when = way + ", died at write " + n + ", -Dshm.seed=" + seed;
                Scene scene = new Scene(way, code);
                scene.view.arm(new LosingMemory(scene.world.region.memory, n, lost));
                finished = runs(scene);
                scene.world.region.reclaimDyingEverywhere(
                        VICTIM, view -> view, at -> scene.watcher.heap.lookForDamage());
                RegionAudit.vacate(scene.world.region.memory, VICTIM);
                for (int i = 0; i < 20; i++) {
                    scene.watcher.heap.lookForDamage();
                }
                scene.world.region.audit();
                for (long handle : new long[] {scene.inner, scene.second}) {
                    RecordView left = scene.recordOf(handle);
                    if (left != null && Handle.matches(handle, left.word()) && left.state() == BlockState.HELD) {
                        scene.checkLeftBehind(handle, when);
                        done++;
                    } else {
                        assertThat(left == null || left.isFree()).as(when).isTrue();
                        undone++;
                    }
                }
                for (int i = 0; i < 200 && !scene.isInUse(); i++) {
                    Way.node(scene.world, scene.watcher, scene.outer.size(), 0, 0);
                }
                for (int i = 0; i < 20; i++) {
                    scene.watcher.heap.lookForDamage();
                }
                assertThat(scene.losses()).as(when).isEmpty();
            }
        }
        assertThat(done).as("blocks left behind, %s", way).isPositive();
        assertThat(undone)
                .as("blocks that went the way of their holder, %s", way)
                .isPositive();
    }

    private static boolean runs(Scene scene) {
        try {
            scene.free();
            return true;
        } catch (LosingMemory.Crash e) {
            return false;
        }
    }
}
