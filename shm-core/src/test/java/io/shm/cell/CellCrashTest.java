package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.layout.Handle;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Site;
import io.shm.ledger.SlabView;
import io.shm.memory.ArmedMemory;
import io.shm.memory.CrashingMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process dies before the n-th write of an operation on cells, for every n until the operation finishes, with all or some
 * of its last plain stores; then so does whoever reclaims it, before each of its writes; then another does it to the end.
 * After that cells and records agree, nothing has the dead one's number, nothing is lost, and all of it can be freed.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CellCrashTest {
    private static final int SIZE = 768 << 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    private static final PoolSpec POOL = new PoolSpec("p", 300, 4, true);
    private static final long[] OTHER_CLASSES = {3000, 130_000};

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);

    CellCrashTest() {
        System.out.println("CellCrashTest -Dshm.seed=" + seed);
    }

    /** Whether the scene has orphans of its own. */
    private boolean orphansBefore;

    /** What is done before the danger, by the victim and by the living one; then the operation. */
    private interface Scene {
        Runnable prepare(CellFixture world, CellFixture.Peer victim, CellFixture.Peer living);
    }

    @Test
    void publishes() {
        for (long size : new long[] {100, 20_000, 130_000}) {
            dies((world, victim, living) -> {
                Block block = victim.allocate(size);
                Slot slot = victim.root("a");
                return () -> slot.publish(block);
            });
        }
    }

    @Test
    void underPoliciesThatKeepNothingIsLostEither() {
        dies((world, victim, living) -> {
            Block block = victim.allocate(100);
            Slot slot = victim.root("a");
            return () -> slot.publish(block);
        });
        assertThat(kept).as("blocks that became orphans").isPositive();
    }

    /** Blocks in cells of blocks in cells, one of them shared, as a dead one left them; freed by an operator who dies. */
    @Test
    void releasesAnOrphanWithBlocksInIt() {
        dies((world, victim, living) -> {
            CellFixture.Peer gone = world.peer(3);
            Block outer = gone.node();
            Block middle = gone.node();
            gone.space.slot(middle, 0).publish(gone.allocate(100));
            gone.space.slot(middle, 16).share(gone.allocate(130_000)).close();
            gone.space.slot(outer, 0).publish(middle);
            gone.space.slot(outer, 16).publish(gone.allocate(20_000));
            world.region.reclaim(world.region.memory, true).reclaim(2);
            RecordView orphan = new LedgerScan(world.region.memory, world.region.map).blockAt(outer.offset());
            assertThat(orphan.state()).isEqualTo(BlockState.ORPHAN);
            orphansBefore = true;
            return () -> assertThat(victim.heap.freeUnowned(orphan)).isTrue();
        });
    }

    @Test
    void publishesFromAPool() {
        dies((world, victim, living) -> {
            int tag = world.region.tags.idOf("p");
            Block block = victim.heap.tryAllocate(300, tag, 0, 0);
            Slot slot = victim.root("a");
            return () -> slot.publish(block);
        });
    }

    @Test
    void isRefused() {
        dies((world, victim, living) -> {
            living.root("a").publish(living.allocate(50));
            Block block = victim.allocate(100);
            Slot slot = victim.root("a");
            return () -> slot.publish(block);
        });
    }

    @Test
    void takes() {
        for (long size : new long[] {100, 20_000, 130_000}) {
            dies((world, victim, living) -> {
                living.root("a").publish(living.allocate(size));
                Slot slot = victim.root("a");
                return () -> slot.take();
            });
        }
    }

    @Test
    void takesAndFrees() {
        dies((world, victim, living) -> {
            living.root("a").publish(living.allocate(100));
            Slot slot = victim.root("a");
            return () -> slot.take().free();
        });
    }

    @Test
    void replaces() {
        dies((world, victim, living) -> {
            Slot slot = living.root("a");
            slot.publish(living.allocate(100));
            Block block = victim.allocate(200);
            return () -> victim.root("a").exchange(block);
        });
    }

    @Test
    void replacesWhatWasItsOwn() {
        dies((world, victim, living) -> {
            Slot slot = victim.root("a");
            slot.publish(victim.allocate(100));
            Block block = victim.allocate(200);
            return () -> slot.exchange(block).free();
        });
    }

    @Test
    void replacesWhatIsShared() {
        dies((world, victim, living) -> {
            living.root("a").share(living.allocate(100)).close();
            Block block = victim.allocate(200);
            return () -> victim.root("a").exchange(block);
        });
    }

    @Test
    void replacesWhileSomebodyHelps() {
        dies((world, victim, living) -> {
            living.root("a").publish(living.allocate(100));
            Block block = victim.allocate(200);
            Slot slot = victim.root("a");
            return () -> {
                slot.exchange(block);
                slot.take();
            };
        });
    }

    @Test
    void getsOrAllocates() {
        dies((world, victim, living) -> {
            Slot slot = victim.root("a");
            return () -> slot.getOrAllocate(() -> victim.allocate(64));
        });
    }

    @Test
    void appends() {
        dies((world, victim, living) -> {
            CellArray array = living.array(3);
            living.root("array").publish(array.block());
            new CellArray(living.space, living.root("array").get()).append(living.allocate(30));
            Block block = victim.allocate(100);
            CellArray same = new CellArray(victim.space, victim.root("array").get());
            return () -> same.append(block);
        });
    }

    @Test
    void shares() {
        dies((world, victim, living) -> {
            Block block = victim.allocate(100);
            Slot slot = victim.root("a");
            return () -> slot.share(block);
        });
    }

    @Test
    void acquiresAndReleases() {
        dies((world, victim, living) -> {
            living.root("a").share(living.allocate(100)).close();
            Slot slot = victim.root("a");
            return () -> slot.acquire().close();
        });
    }

    @Test
    void isTheLastToRelease() {
        for (long size : new long[] {100, 130_000}) {
            dies((world, victim, living) -> {
                living.root("a").share(living.allocate(size)).close();
                Hold hold = victim.root("a").acquire();
                living.root("a").retire();
                return hold::close;
            });
        }
    }

    @Test
    void isTheLastToReleaseABlockWithBlocksInIt() {
        dies((world, victim, living) -> {
            Block inner = victim.node();
            victim.space.slot(inner, 0).publish(victim.allocate(20_000));
            Block shared = victim.node();
            Block outer = victim.node();
            victim.space.slot(outer, 0).publish(inner);
            victim.space.slot(outer, 16).share(shared).close();
            Hold hold = victim.root("a").share(outer);
            victim.root("a").retire();
            return hold::close;
        });
    }

    @Test
    void retiresWhatOthersHold() {
        dies((world, victim, living) -> {
            Hold kept = living.root("a").share(living.allocate(100));
            Slot slot = victim.root("a");
            held = kept;
            return slot::retire;
        });
    }

    @Test
    void retiresWhatNobodyHolds() {
        dies((world, victim, living) -> {
            living.root("a").share(living.allocate(100)).close();
            Slot slot = victim.root("a");
            return slot::retire;
        });
    }

    @Test
    void offersAndWithdraws() {
        dies((world, victim, living) -> {
            Block block = victim.allocate(100);
            return () -> {
                long handle = victim.space.offer(block, living.self(), Site.UNKNOWN);
                victim.space.withdraw(handle, Site.UNKNOWN);
            };
        });
    }

    @Test
    void accepts() {
        dies((world, victim, living) -> {
            long handle = living.space.offer(living.allocate(100), victim.self(), Site.UNKNOWN);
            return () -> victim.space.accept(handle, victim.self(), Site.UNKNOWN);
        });
    }

    @Test
    void putsRaw() {
        dies((world, victim, living) -> {
            Block block = victim.allocate(100);
            Slot slot = victim.root("a");
            return () -> slot.putRaw(block, Site.UNKNOWN);
        });
    }

    @Test
    void holdsBlocksThatHoldBlocks() {
        dies((world, victim, living) -> {
            Block top = victim.node();
            Block middle = victim.node();
            victim.space.slot(top, 0).publish(middle);
            Slot inMiddle = victim.space.slot(victim.space.slot(top, 0).get(), 16);
            inMiddle.publish(victim.allocate(40));
            living.root("x").share(living.allocate(70)).close();
            Slot slot = victim.space.slot(top, 16);
            return () -> slot.publish(victim.node());
        });
    }

    @Test
    void namesARootThatIsNew() {
        dies((world, victim, living) -> () -> victim.root("new").publish(victim.allocate(8)));
    }

    // ---------------------------------------------------------------- the checks can fail

    @Test
    void theChecksCatchAReclaimerThatForgets() {
        Scene publishing = (world, victim, living) -> {
            Block block = victim.allocate(100);
            Slot slot = victim.root("a");
            return () -> slot.publish(block);
        };
        Scene taking = (world, victim, living) -> {
            living.root("a").publish(living.allocate(100));
            Slot slot = victim.root("a");
            return slot::take;
        };
        Scene offering = (world, victim, living) -> {
            Block block = victim.allocate(100);
            return () -> victim.space.offer(block, living.self(), Site.UNKNOWN);
        };
        assertThat(isCaught(publishing, BlockState.PUB)).isTrue();
        assertThat(isCaught(taking, BlockState.TAKE)).isTrue();
        assertThat(isCaught(offering, BlockState.OFFER)).isTrue();
    }

    private boolean isCaught(Scene scene, BlockState forgets) {
        forgotten = forgets;
        try {
            dies(scene);
            return false;
        } catch (AssertionError e) {
            return true;
        } finally {
            forgotten = null;
        }
    }

    private BlockState forgotten;

    /** A reclaimer whose CAS from a state never happens. */
    private SharedMemory reclaimersView(SharedMemory view) {
        return forgotten == null
                ? view
                : new WatchedMemory(view) {
                    @Override
                    protected void beforeWrite(long offset) {}

                    @Override
                    public boolean compareAndSetLong(long offset, long expected, long value) {
                        return expected >>> 60 != forgotten.code() && super.compareAndSetLong(offset, expected, value);
                    }
                };
    }

    // ---------------------------------------------------------------- the loop

    private enum Policy {
        FREE,
        KEEP,
        ADOPT
    }

    /** Orphans of all deaths. */
    private long kept;

    /** What the living one still holds of a shared block, to be let go at the end; null if nothing. */
    private Hold held;

    private void dies(Scene scene) {
        HeapFixture fresh = new CellFixture(SIZE, POOL).region;
        int[] room = new int[OTHER_CLASSES.length];
        for (int i = 0; i < room.length; i++) {
            room[i] = fresh.room(OTHER_CLASSES[i]);
        }
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : new Random[] {null, random}) {
                finished = dies(scene, n, lost, room, policy((int) n + (lost == null ? 0 : 1)));
            }
        }
    }

    /** Policies take turns over the writes, in another order with each run; a mutant's is always the same. */
    private Policy policy(int turn) {
        return forgotten != null ? Policy.FREE : Policy.values()[Math.floorMod(turn + seed, Policy.values().length)];
    }

    private boolean dies(Scene scene, long n, Random lost, int[] room, Policy policy) {
        held = null;
        String when =
                "died at write " + n + (lost == null ? "" : ", stores lost") + ", policy " + policy + ", seed=" + seed;
        CellFixture world = new CellFixture(SIZE, POOL);
        CellFixture.Peer living = world.peer(LIVING);
        ArmedMemory view = new ArmedMemory(world.region.memory);
        CellFixture.Peer victim = world.peer(VICTIM, view);
        Runnable operation = scene.prepare(world, victim, living);
        view.arm(new LosingMemory(world.region.memory, n, lost));
        boolean finished = runs(operation);
        world.audit(false, when);
        reclaimDyingEverywhere(world, policy, when);
        endOrphans(world, living, policy, when);
        HeapFixture.Books books = world.audit(true, when);
        assertThat(books.owned[VICTIM]).as(when).isZero();
        for (BlockState halfDone : new BlockState[] {
            BlockState.PUB, BlockState.PUBS, BlockState.TAKE, BlockState.OFFER, BlockState.RESERVED
        }) {
            // What the living one has offered is its own.
            if (halfDone != BlockState.OFFER) {
                assertThat(books.blocks(halfDone)).as("%s, %s", halfDone, when).isZero();
            }
        }
        if (held != null) {
            assertThat(held.block().isInUse()).as(when).isTrue();
            held.close();
        }
        world.drain(living);
        world.region.reclaim(LIVING);
        assertThat(world.audit(true, when).live).as(when).isEmpty();
        int other = (int) (n % room.length);
        assertThat(world.region.room(OTHER_CLASSES[other])).as(when).isEqualTo(room[other]);
        Heap next = world.region.heap(4);
        for (int i = 0; i < 4; i++) {
            assertThat(next.tryAllocate(300, world.region.tags.idOf("p"), 0, 0))
                    .as(when)
                    .isNotNull();
        }
        return finished;
    }

    /** What the policy keeps has its last owner in its note; then it is adopted, or an operator frees it. */
    private void endOrphans(CellFixture world, CellFixture.Peer living, Policy policy, String when) {
        List<Long> orphans = new ArrayList<>();
        LedgerScan scan = new LedgerScan(world.region.memory, world.region.map);
        scan.forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (block.state() == BlockState.ORPHAN) {
                    assertThat(block.action()).as(when).isEqualTo(BlockStates.ORPHANED);
                    orphans.add(block.handle());
                }
            }
        });
        assertThat(orphans.isEmpty() || policy != Policy.FREE || orphansBefore)
                .as(when)
                .isTrue();
        kept += orphans.size();
        for (long handle : orphans) {
            RecordView orphan = scan.block(Handle.slab(handle), Handle.index(handle));
            if (policy == Policy.ADOPT) {
                Block adopted = living.heap.adopt(orphan);
                assertThat(adopted).as(when).isNotNull();
            } else {
                assertThat(living.heap.freeUnowned(orphan)).as(when).isTrue();
            }
        }
    }

    private void reclaimDyingEverywhere(CellFixture world, Policy policy, String when) {
        boolean done = false;
        for (long m = 1; !done; m++) {
            byte[] before = world.region.bytes();
            try {
                SharedMemory view = reclaimersView(new CrashingMemory(world.region.memory, m));
                world.region.reclaim(view, policy != Policy.FREE).reclaim(VICTIM - 1);
                done = true;
            } catch (CrashingMemory.Crash e) {
                world.audit(false, when + ", reclaimer at " + m);
                // Every second time the next reclaimer finds what this one left, else the same again and one step more.
                if (m % 2 == 0 && forgotten == null) {
                    world.region.restore(before);
                }
            }
        }
    }

    private static boolean runs(Runnable operation) {
        try {
            operation.run();
            return true;
        } catch (LosingMemory.Crash e) {
            return false;
        }
    }
}
