package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.inspect.RegionAudit;
import io.shm.layout.Handle;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabStates;
import io.shm.memory.ArmedMemory;
import io.shm.memory.CrashingMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process dies before the n-th write of an operation, for every n until the operation finishes, with all or some of its
 * last plain stores; then so does whoever reclaims it, before each of its writes; then another does it to the end.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeapCrashTest {
    private static final int SIZE = 768 << 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    private static final PoolSpec POOL = new PoolSpec("p", 300, 20, true);
    private static final long[] OTHER_CLASSES = {3000, 130_000};
    private static final int SECRET = BlockSpec.of(1).secret().flags();

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);

    HeapCrashTest() {
        System.out.println("HeapCrashTest -Dshm.seed=" + seed);
    }

    /** What the victim does before it is in danger, and the operation in which it dies. */
    private interface Scene {
        Callable<?> prepare(HeapFixture region, Heap victim);
    }

    @Test
    void allocatesASmallBlockOrNothing() {
        dies((region, heap) -> () -> heap.tryAllocate(2000, 0, 0, 0));
    }

    @Test
    void allocatesFromASlabThatItHas() {
        dies((region, heap) -> {
            heap.tryAllocate(100, 0, 0, 0);
            return () -> heap.tryAllocate(100, 0, 0, 0);
        });
    }

    @Test
    void aRecordThatIsUsedAgainTellsOfItsNewLifeFromItsFirstMoment() {
        usesARecordAgain(view -> view);
    }

    /** Dies in an allocation that takes the record freed last, of a block of another size and tag. */
    private void usesARecordAgain(UnaryOperator<SharedMemory> code) {
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                HeapFixture region = new HeapFixture(SIZE, POOL);
                ArmedMemory view = new ArmedMemory(region.memory);
                Heap heap = region.heap(VICTIM, view);
                int tag = region.tags.idOf("again");
                Block former = heap.tryAllocate(100, 0, 0, 0);
                former.free();
                view.arm(code.apply(new LosingMemory(region.memory, n, lost)));
                finished = runs(() -> heap.tryAllocate(105, tag, 0, 0));
                RecordView record = new LedgerScan(region.memory, region.map).blockAt(former.offset());
                String when = "died at write " + n + " seed=" + seed;
                if (finished || record.state() == BlockState.LIVE) {
                    assertThat(record.damaged()).as(when).isFalse();
                    assertThat(record.state()).as(when).isEqualTo(BlockState.LIVE);
                    assertThat(record.size()).as(when).isEqualTo(105);
                    assertThat(record.tag()).as(when).isEqualTo(tag);
                }
            }
        }
    }

    @Test
    void adoptsASlabThatAnotherLeft() {
        dies((region, heap) -> {
            Heap gone = region.heap(3);
            List<Block> blocks = HeapFixture.fill(gone, 3000);
            blocks.subList(10, blocks.size()).forEach(Block::free);
            giveUpAllOf(region, 3);
            return () -> {
                for (int i = 0; i < 12; i++) {
                    heap.tryAllocate(3000, 0, 0, 0);
                }
                return null;
            };
        });
    }

    @Test
    void freesSlabsThatAnotherLeftEmpty() {
        dies((region, heap) -> {
            Heap gone = region.heap(3);
            List<Block> blocks = HeapFixture.fill(gone, 3000);
            giveUpAllOf(region, 3);
            blocks.forEach(Block::free);
            return () -> heap.tryAllocate(200_000, 0, 0, 0);
        });
    }

    @Test
    void allocatesASpan() {
        dies((region, heap) -> () -> heap.tryAllocate(20_000, 0, 0, 0));
    }

    @Test
    void allocatesALargeBlock() {
        dies((region, heap) -> () -> heap.tryAllocate(200_000, 0, 0, 0));
    }

    @Test
    void allocatesFromAPool() {
        dies((region, heap) -> () -> heap.tryAllocate(300, region.tags.idOf("p"), 0, 0));
    }

    @Test
    void allocatesTheLastOfAPool() {
        dies((region, heap) -> {
            int tag = region.tags.idOf("p");
            for (int i = 0; i < 19; i++) {
                heap.tryAllocate(300, tag, 0, 0);
            }
            return () -> List.of(heap.tryAllocate(300, tag, 0, 0), "" + heap.tryAllocate(300, tag, 0, 0));
        });
    }

    @Test
    void allocatesWithinABudgetAndChargesAtMostTheOneBlockTooMuch() {
        dies(
                (region, heap) -> {
                    int tag = region.tags.idOf("b");
                    region.tags.setBudget(tag, 10_000);
                    return () -> heap.tryAllocate(2000, tag, 0, 0);
                },
                region -> {
                    int tag = region.tags.idOf("b");
                    assertThat(region.tags.used(tag)).isIn(0L, 2000L);
                    assertThat(region.reclaim(region.memory, false).recount(VICTIM - 1))
                            .isTrue();
                    assertThat(region.tags.used(tag)).isZero();
                });
    }

    @Test
    void aRecountLeavesNothingOfADeadOnesChargesHoweverItFreedOrResized() {
        dies(
                (region, heap) -> {
                    int tag = region.tags.idOf("b");
                    region.tags.setBudget(tag, 100_000);
                    assertThat(region.heap(LIVING).tryAllocate(700, tag, 0, 0)).isNotNull();
                    Block own = heap.tryAllocate(2000, tag, 0, 0);
                    Block others = inThread(() -> heap.tryAllocate(100, tag, 0, 0));
                    return () -> {
                        own.resize(2010).resize(1900).resize(5000).free();
                        others.free();
                        return null;
                    };
                },
                region -> {
                    int tag = region.tags.idOf("b");
                    assertThat(region.tags.used(tag)).isGreaterThanOrEqualTo(700);
                    assertThat(region.reclaim(region.memory, false).recount(VICTIM - 1))
                            .isTrue();
                    assertThat(region.tags.used(tag)).isEqualTo(700);
                });
    }

    @Test
    void allocatesManyAtOnce() {
        dies((region, heap) -> () -> {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                blocks.add(heap.tryAllocate(3000, 0, 0, 0));
            }
            return blocks;
        });
    }

    @Test
    void freesABlockOfItsOwn() {
        dies((region, heap) -> freeing(heap.tryAllocate(100, 0, 0, 0)));
    }

    @Test
    void freesABlockOfAnotherThread() {
        dies((region, heap) -> freeing(inThread(() -> heap.tryAllocate(100, 0, 0, 0))));
    }

    @Test
    void freesABlockOfASlabThatItHasNoLonger() {
        dies((region, heap) -> {
            Block block = inThread(() -> heap.tryAllocate(100, 0, 0, 0));
            heap.flush();
            return freeing(block);
        });
    }

    @Test
    void freesALargeBlock() {
        dies((region, heap) -> freeing(heap.tryAllocate(200_000, 0, 0, 0)));
    }

    @Test
    void freesABlockOfAPool() {
        dies((region, heap) -> freeing(heap.tryAllocate(300, region.tags.idOf("p"), 0, 0)));
    }

    @Test
    void freesAllItHasAndGivesSlabsBack() {
        dies((region, heap) -> {
            List<Block> blocks = HeapFixture.fill(heap, 20_000);
            blocks.addAll(HeapFixture.fill(heap, 3000));
            return () -> {
                blocks.forEach(Block::free);
                return heap.tryAllocate(600_000, 0, 0, 0);
            };
        });
    }

    @Test
    void resizesInPlaceAndByMoving() {
        dies((region, heap) -> {
            int tag = region.tags.idOf("b");
            region.tags.setBudget(tag, 1_000_000);
            Block block = heap.tryAllocate(100, tag, 0, 0);
            return () -> block.resize(112).resize(20_000).resize(3000);
        });
    }

    @Test
    void leavesNoSecretBehind() {
        for (long size : new long[] {100, 20_000, 200_000}) {
            for (boolean byAnother : new boolean[] {false, true}) {
                long[] place = new long[1];
                dies(
                        (region, heap) -> {
                            Block block = byAnother
                                    ? inThread(() -> heap.tryAllocate(size, 0, 0, SECRET))
                                    : heap.tryAllocate(size, 0, 0, SECRET);
                            region.memory.fill(block.offset(), size, (byte) 77);
                            place[0] = block.offset();
                            return freeing(block);
                        },
                        region -> {
                            byte[] bytes = new byte[(int) size];
                            region.memory.getBytes(place[0], bytes, 0, bytes.length);
                            for (byte b : bytes) {
                                assertThat(b).as("secret byte").isNotEqualTo((byte) 77);
                            }
                        });
            }
        }
    }

    @Test
    void keepsWhatWasLiveAsOrphansWhereThePolicySaysSo() {
        for (long size : new long[] {100, 20_000, 200_000}) {
            HeapFixture region = new HeapFixture(SIZE, POOL);
            Heap heap = region.heap(VICTIM);
            heap.tryAllocate(size, 0, 0, 0).fill((byte) 5);
            long handle = region.audit().live.get(0);
            reclaimDyingEverywhere(region, true);
            RegionAudit.vacate(region.memory, VICTIM);
            HeapFixture.Books books = region.audit();
            assertThat(books.owned[VICTIM]).isZero();
            assertThat(books.blocks(BlockState.ORPHAN)).isEqualTo(1);
            assertThat(books.live).containsExactly(handle);
            Heap living = region.heap(LIVING);
            Block orphan = living.resolve(handle);
            assertThat(orphan.getByte(size - 1)).isEqualTo((byte) 5);
            HeapFixture.fill(living, size);
            assertThat(orphan.getByte(size - 1)).isEqualTo((byte) 5);
        }
    }

    @Test
    void adoptsAnOrphanAndFreesIt() {
        for (long size : new long[] {100, 20_000, 200_000}) {
            dies(
                    (region, heap) -> {
                        RecordView orphan = orphan(region, size, 0);
                        return () -> {
                            heap.adopt(orphan).free();
                            return null;
                        };
                    },
                    HeapCrashTest::freeOrphans);
        }
    }

    @Test
    void freesAnOrphanForAnOperator() {
        int tag = new HeapFixture(SIZE, POOL).tags.idOf("p");
        for (long size : new long[] {100, 20_000, 200_000}) {
            dies((region, heap) -> freeingOrphan(heap, orphan(region, size, 0)), HeapCrashTest::freeOrphans);
        }
        dies((region, heap) -> freeingOrphan(heap, orphan(region, 300, tag)), HeapCrashTest::freeOrphans);
    }

    @Test
    void givesAnAdoptedBlockUpAgain() {
        dies(
                (region, heap) -> {
                    RecordView orphan = orphan(region, 100, 0);
                    long note = orphan.changed();
                    Block adopted = heap.adopt(orphan);
                    return () -> heap.giveUp(adopted, note);
                },
                HeapCrashTest::freeOrphans);
    }

    /** A block that was left to a policy that keeps. */
    private static RecordView orphan(HeapFixture region, long size, int tag) {
        Block block = region.heap(3).tryAllocate(size, tag, 0, 0);
        region.reclaim(region.memory, true).reclaim(2);
        RecordView orphan = new LedgerScan(region.memory, region.map).blockAt(block.offset());
        assertThat(orphan.state()).isEqualTo(BlockState.ORPHAN);
        return orphan;
    }

    private static Callable<?> freeingOrphan(Heap heap, RecordView orphan) {
        return () -> heap.freeUnowned(orphan);
    }

    /** The orphan is there until the moment that it is somebody's; then nobody loses it. */
    private static void freeOrphans(HeapFixture region) {
        Heap living = region.heap(LIVING);
        LedgerScan scan = new LedgerScan(region.memory, region.map);
        for (long handle : region.books().live) {
            RecordView block = scan.block(Handle.slab(handle), Handle.index(handle));
            if (block.state() == BlockState.ORPHAN) {
                assertThat(living.freeUnowned(block)).isTrue();
            }
        }
    }

    // ---------------------------------------------------------------- the checks can fail

    @Test
    void theChecksCatchAReclaimerThatForgetsTailsOfUnfinishedRuns() {
        assertThat(isCaught(
                        (region, heap) -> () -> heap.tryAllocate(200_000, 0, 0, 0),
                        (region, offset, word) ->
                                SlabWord.state(word) == SlabState.TAIL.code() && isSlabEntry(region, offset)))
                .isTrue();
    }

    @Test
    void theChecksCatchAReclaimerThatForgetsClaims() {
        assertThat(isCaught(
                        (region, heap) -> () -> heap.tryAllocate(20_000, 0, 0, 0),
                        (region, offset, word) ->
                                SlabWord.state(word) == SlabState.CLAIM.code() && isSlabEntry(region, offset)))
                .isTrue();
    }

    @Test
    void theChecksCatchAReclaimerThatForgetsReservations() {
        assertThat(isCaught(
                        (region, heap) -> () -> heap.tryAllocate(300, region.tags.idOf("p"), 0, 0),
                        (region, offset, word) ->
                                word >>> 60 == BlockState.RESERVED.code() && !isSlabEntry(region, offset)))
                .isTrue();
    }

    @Test
    void theChecksCatchACommitBeforeTheBodyOfARecordThatIsUsedAgain() {
        assertThatThrownBy(() -> usesARecordAgain(CommitsBeforeTheBody::new)).isInstanceOf(AssertionError.class);
    }

    private static final class CommitsBeforeTheBody extends ForwardingMemory {
        private Runnable body = () -> {};

        CommitsBeforeTheBody(SharedMemory inner) {
            super(inner);
        }

        @Override
        public void putLongs(long at, long a, long b, long c, long d, long e, long f, long g) {
            body = () -> inner.putLongs(at, a, b, c, d, e, f, g);
        }

        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            boolean done = inner.compareAndSetLong(offset, expected, value);
            body.run();
            return done;
        }
    }

    private interface Forgotten {
        boolean is(HeapFixture region, long offset, long word);
    }

    private static boolean isSlabEntry(HeapFixture region, long offset) {
        return offset >= region.map.slabEntryAt(0) && offset < region.map.slabAt(0);
    }

    private boolean isCaught(Scene scene, Forgotten forgotten) {
        mutant = forgotten;
        try {
            dies(scene);
            return false;
        } catch (AssertionError e) {
            return true;
        } finally {
            mutant = null;
        }
    }

    private Forgotten mutant;

    /** A reclaimer whose CAS from some words never happens. */
    private SharedMemory reclaimersView(HeapFixture region, SharedMemory view) {
        if (mutant == null) {
            return view;
        }
        return new WatchedMemory(view) {
            @Override
            protected void beforeWrite(long offset) {}

            @Override
            public boolean compareAndSetLong(long offset, long expected, long value) {
                return !mutant.is(region, offset, expected) && super.compareAndSetLong(offset, expected, value);
            }
        };
    }

    // ---------------------------------------------------------------- the loop

    private void dies(Scene scene) {
        dies(scene, region -> {});
    }

    private void dies(Scene scene, java.util.function.Consumer<HeapFixture> check) {
        HeapFixture fresh = new HeapFixture(SIZE, POOL);
        int[] room = new int[OTHER_CLASSES.length];
        for (int i = 0; i < room.length; i++) {
            room[i] = fresh.room(OTHER_CLASSES[i]);
        }
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                HeapFixture region = new HeapFixture(SIZE, POOL);
                ArmedMemory view = new ArmedMemory(region.memory);
                Callable<?> operation = scene.prepare(region, region.heap(VICTIM, view));
                view.arm(new LosingMemory(region.memory, n, lost));
                finished = runs(operation);
                String when = "died at write " + n + " seed=" + seed;
                Heap living = region.heap(LIVING);
                Block witness = living.tryAllocate(500, 0, 0, 0);
                List<Long> ofOthers = region.audit().liveOfOthers(VICTIM);
                reclaimDyingEverywhere(region, false);
                RegionAudit.vacate(region.memory, VICTIM);
                HeapFixture.Books books = region.audit();
                assertThat(books.owned[VICTIM]).as(when).isZero();
                assertThat(books.live).as(when).isEqualTo(ofOthers);
                check.accept(region);
                if (witness != null) {
                    assertThat(witness.isLive()).isTrue();
                }
                for (int owner = LIVING; owner <= 3; owner++) {
                    region.reclaim(owner);
                }
                assertThat(region.audit().live).as(when).isEmpty();
                int other = (int) (n % room.length);
                assertThat(region.room(OTHER_CLASSES[other]))
                        .as("%s: room for %s in %s", when, OTHER_CLASSES[other], region.slabs())
                        .isEqualTo(room[other]);
                int tag = region.tags.idOf("p");
                Heap next = region.heap(4);
                for (int i = 0; i < 20; i++) {
                    assertThat(next.tryAllocate(300, tag, 0, 0)).as(when).isNotNull();
                }
            }
        }
    }

    private void reclaimDyingEverywhere(HeapFixture region, boolean keeps) {
        boolean done = false;
        for (long m = 1; !done; m++) {
            CrashingMemory crashing = new CrashingMemory(region.memory, m);
            byte[] before = region.bytes();
            try {
                region.reclaim(reclaimersView(region, crashing), keeps).reclaim(VICTIM - 1);
                done = true;
            } catch (CrashingMemory.Crash e) {
                region.audit();
                // Every second time the next reclaimer finds what this one left, else the same again and one step more.
                if (m % 2 == 0 && mutant == null) {
                    region.restore(before);
                }
            }
        }
    }

    private static boolean runs(Callable<?> operation) {
        try {
            operation.call();
            return true;
        } catch (LosingMemory.Crash e) {
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    // ---------------------------------------------------------------- pieces

    private static Callable<?> freeing(Block block) {
        return () -> {
            block.free();
            return null;
        };
    }

    /** As a reclaimer leaves the slabs of one that died, but its blocks stay. */
    private static void giveUpAllOf(HeapFixture region, int owner) {
        SlabSource source = new SlabSource(region.memory, region.map, owner);
        for (int slab = 0; slab < source.slabCount(); slab++) {
            long word = source.wordOf(slab);
            if (SlabSource.stateOf(word) == SlabState.OWN && SlabWord.owner(word) == owner) {
                SlabStates.giveUp(region.memory, region.map.slabEntryAt(slab), word);
            }
        }
    }

    private static <T> T inThread(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future);
        thread.start();
        try {
            thread.join();
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
