package io.shm.channel;

import static io.shm.channel.BroadcastFixture.drain;
import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.HeapFixture;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BroadcastState;
import io.shm.memory.ArmedMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A sender or a subscriber dies before the n-th write of what it does, for every n until that finishes, with all or some of
 * its last plain stores; then so does whoever reclaims it, before each of its writes; then another does it to the end. A message
 * is sent to all or to nobody, whoever lives gets the rest in its order, nothing has the dead one's number, and no block is
 * left. Everybody sleeps, so that every wake-up is in danger, too. The same with processes that are stopped.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BroadcastCrashTest {
    private static final int SIZE = 512 << 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    private static final long SENT = 50;

    private static final boolean DROPS = false;
    private static final boolean DETACHES = true;

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private BroadcastFixture fixture;
    /** Of the living. */
    private Subscription listens;

    private Runnable later;

    BroadcastCrashTest() {
        System.out.println("BroadcastCrashTest -Dshm.seed=" + seed);
    }

    /** What is there before the danger; then the operation. */
    private interface Scene {
        Runnable prepare(BroadcastFixture.Peer victim, BroadcastFixture.Peer living);
    }

    @Test
    void sends() {
        for (boolean asBlock : new boolean[] {false, true}) {
            dies(DROPS, (victim, living) -> {
                living.send(1, true);
                later = () -> assertThat(drain(listens)).startsWith(1L).isSubsetOf(1L, SENT);
                Block block = victim.block(SENT);
                return asBlock ? () -> victim.send(block) : () -> victim.send(SENT, false);
            });
        }
    }

    @Test
    void sendsToNobody() {
        dies(DROPS, (victim, living) -> {
            listens.close();
            Block block = victim.block(SENT);
            return () -> victim.send(block);
        });
    }

    @Test
    void pushesOneThatIsBehind() {
        for (boolean detaches : new boolean[] {DROPS, DETACHES}) {
            dies(detaches, (victim, living) -> {
                living.send(1, true);
                living.send(2, true);
                later = () -> {
                    if (!listens.isDetached()) {
                        assertThat(drain(listens)).isIn(List.of(1L, 2L), List.of(2L), List.of(2L, SENT));
                    }
                };
                Block block = victim.block(SENT);
                return () -> victim.send(block);
            });
        }
    }

    @Test
    void reads() {
        for (int kind = 0; kind < 4; kind++) {
            boolean asBlock = (kind & 1) != 0;
            boolean isLast = (kind & 2) != 0;
            dies(DROPS, (victim, living) -> {
                Subscription reads = victim.broadcast.subscribe();
                living.send(1, asBlock);
                living.send(2, true);
                if (isLast) {
                    assertThat(drain(listens)).containsExactly(1L, 2L);
                    later = () -> assertThat(drain(listens)).isEmpty();
                } else {
                    later = () -> assertThat(drain(listens)).containsExactly(1L, 2L);
                }
                return () -> reads.poll(m -> assertThat(m.getLong(0)).isEqualTo(1));
            });
        }
    }

    @Test
    void passesASlotThatIsBeingRead() {
        for (boolean detaches : new boolean[] {DROPS, DETACHES}) {
            for (boolean asBlock : new boolean[] {false, true}) {
                dies(detaches, (victim, living) -> {
                    Subscription reads = fixture.peer(3).broadcast.subscribe();
                    living.send(1, asBlock);
                    living.send(2, true);
                    assertThat(drain(listens)).containsExactly(1L, 2L);
                    later = () -> {
                        List<Long> sent = drain(listens);
                        assertThat(sent).isIn(List.of(), List.of(SENT));
                        if (!reads.isDetached()) {
                            // The message that it was behind with may be missed before the other one is sent.
                            List<Long> read = new ArrayList<>(drain(reads));
                            read.remove(2L);
                            assertThat(read).isEqualTo(sent);
                        }
                        reads.close();
                    };
                    Block block = victim.block(SENT);
                    return () -> reads.poll(m -> {
                        assertThat(victim.send(block)).isPositive();
                        assertThat(m.getLong(0)).isEqualTo(1);
                    });
                });
            }
        }
    }

    @Test
    void subscribesAndLeaves() {
        dies(DROPS, (victim, living) -> {
            living.send(1, true);
            later = () -> assertThat(drain(listens)).startsWith(1L).isSubsetOf(1L, 2L);
            return () -> {
                Subscription subscription = victim.broadcast.subscribe();
                living.send(2, true);
                subscription.close();
            };
        });
    }

    @Test
    void makesTheBroadcast() {
        int room = new HeapFixture(SIZE).room(3000);
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            BroadcastFixture made = new BroadcastFixture(SIZE, 2);
            ArmedMemory view = new ArmedMemory(made.world.region.memory);
            made.world.peer(VICTIM, view);
            view.arm(new LosingMemory(made.world.region.memory, n, random));
            finished = runs(() -> made.peer(VICTIM, view));
            made.world.region.reclaim(VICTIM);
            BroadcastFixture.Peer living = made.peer(LIVING);
            made.assertEmptyAndWhole(living, "died at write " + n + ", seed=" + seed);
            living.cells.root("broadcast").take().free();
            made.world.region.reclaim(LIVING);
            assertThat(made.world.region.room(3000)).isEqualTo(room);
        }
    }

    // ---------------------------------------------------------------- stopped

    @Test
    void aSenderThatIsStoppedAnywhereHoldsUpNobody() {
        for (int kind = 0; kind < 4; kind++) {
            boolean asBlock = (kind & 1) != 0;
            stops((kind & 2) != 0, victim -> () -> {
                victim.send(SENT, asBlock);
                sent.add(SENT);
            });
        }
    }

    @Test
    void aSubscriberThatIsStoppedAnywhereHoldsUpNobody() {
        for (int kind = 0; kind < 4; kind++) {
            boolean asBlock = (kind & 1) != 0;
            boolean detaches = (kind & 2) != 0;
            stops(detaches, victim -> {
                Subscription reads = victim.broadcast.subscribe();
                fixture.peer(LIVING).send(7, asBlock);
                sent.add(7L);
                return () -> pollsOne(reads, detaches);
            });
            stops(detaches, victim -> {
                Subscription leaves = victim.broadcast.subscribe();
                fixture.peer(LIVING).send(7, asBlock);
                sent.add(7L);
                return leaves::close;
            });
        }
    }

    /** Message 7; where it was stopped so long that it has missed that, a later one, or none. */
    private static void pollsOne(Subscription reads, boolean detaches) {
        List<Long> read = new ArrayList<>();
        try {
            reads.poll(m -> read.add(m.getLong(0)));
        } catch (IllegalStateException e) {
            assertThat(detaches && reads.isDetached()).as(e.getMessage()).isTrue();
        }
        assertThat(read).allMatch(value -> value == 7 || (!detaches && value >= 100));
    }

    private interface Stopped {
        Runnable prepare(BroadcastFixture.Peer victim);
    }

    private final List<Long> sent = new ArrayList<>();
    private final List<Long> received = new ArrayList<>();

    /** Sends as many as there are slots, twice, and reads them: what it was to get it gets, each once, in its own order. */
    private void stops(boolean detaches, Stopped scene) {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = "stopped at write " + n;
            sent.clear();
            received.clear();
            fixture = new BroadcastFixture(SIZE, 4, detaches);
            BroadcastFixture.Peer living = fixture.peer(LIVING);
            listens = living.broadcast.subscribe();
            ArmedMemory view = new ArmedMemory(fixture.world.region.memory);
            BroadcastFixture.Peer victim = fixture.peer(VICTIM, view);
            Runnable operation = scene.prepare(victim);
            InterruptedMemory interrupted = new InterruptedMemory(fixture.world.region.memory, n, () -> {
                received.addAll(drain(listens));
                for (int round = 0; round < 3; round++) {
                    for (long i = 0; i < 3; i++) {
                        long value = 100 + 10L * round + i;
                        assertThat(living.send(value, i % 2 == 0)).as(when).isPositive();
                        sent.add(value);
                    }
                    received.addAll(drain(listens));
                }
            });
            view.arm(interrupted);
            operation.run();
            happened = interrupted.happened();
            received.addAll(drain(listens));
            assertThat(received).as(when).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(listens.missed()).as(when).isZero();
            listens.close();
            fixture.world.region.reclaim(VICTIM);
            fixture.assertEmptyAndWhole(living, when);
            assertThat(fixture.audit(true, when).live).as(when).hasSize(1);
        }
    }

    // ---------------------------------------------------------------- the checks can fail

    private interface Mistake {
        /** What is written instead; the word itself for what is right. */
        long instead(long offset, long expected, long value);
    }

    private Mistake ofReclaimer = (offset, expected, value) -> value;
    private Mistake ofVictim = (offset, expected, value) -> value;

    @Test
    void theChecksCatchAReclaimerThatLeavesTheDeadOnesBits() {
        // It takes out a bit of another one instead, or none.
        ofReclaimer = (offset, expected, value) -> isSlot(offset) ? expected : value;
        assertThat(isCaught(this::reads)).isTrue();
    }

    @Test
    void theChecksCatchALastReaderThatDoesNotFree() {
        ofVictim = (offset, expected, value) ->
                isSlot(offset) && BroadcastWord.state(value) == BroadcastState.FREEING.code()
                        ? BroadcastWord.pack(BroadcastState.EMPTY.code(), BroadcastWord.lap(value) + 1, 0, 0)
                        : value;
        assertThat(isCaught(this::reads)).isTrue();
    }

    @Test
    void theChecksCatchASenderThatCommitsBeforeItWrites() {
        ofVictim = (offset, expected, value) ->
                isSlot(offset) && BroadcastWord.state(value) == BroadcastState.WRITING.code()
                        ? BroadcastWord.pack(BroadcastState.FULL.code(), BroadcastWord.lap(value), 1, 0)
                        : value;
        assertThat(isCaught(this::sends)).isTrue();
    }

    @Test
    void theChecksCatchAPusherThatTakesAwayWhatIsBeingRead() {
        ofVictim = (offset, expected, value) -> isSlot(offset)
                        && BroadcastWord.state(expected) == BroadcastState.FULL.code()
                        && BroadcastWord.state(value) == BroadcastState.FULL.code()
                        && BroadcastWord.lap(value) != BroadcastWord.lap(expected)
                ? BroadcastWord.pack(BroadcastState.EMPTY.code(), BroadcastWord.lap(value), 0, 0)
                : value;
        fixture = new BroadcastFixture(SIZE, 2);
        BroadcastFixture.Peer living = fixture.peer(LIVING);
        BroadcastFixture.Peer victim = fixture.peer(VICTIM, mistaken(fixture.world.region.memory, ofVictim));
        Subscription slow = living.broadcast.subscribe();
        living.send(1, false);
        assertThat(isCaught(() -> slow.poll(m -> {
                    for (long i = 10; i < 15; i++) {
                        victim.send(i, false);
                    }
                    assertThat(m.getLong(0)).isEqualTo(1);
                })))
                .isTrue();
    }

    private boolean isSlot(long offset) {
        long in = offset - fixture.broadcast().slotAt(0);
        return in >= 0
                && in < (long) fixture.broadcast().capacity() * BroadcastSlotLayout.LENGTH
                && in % BroadcastSlotLayout.LENGTH == 0;
    }

    private static boolean isCaught(Runnable ladder) {
        try {
            ladder.run();
            return false;
        } catch (AssertionError | ShmException | IndexOutOfBoundsException e) {
            // The last: of a message that has not the length that it was sent with.
            return true;
        }
    }

    private static SharedMemory mistaken(SharedMemory memory, Mistake mistake) {
        return new ForwardingMemory(memory) {
            @Override
            public boolean compareAndSetLong(long offset, long expected, long value) {
                return super.compareAndSetLong(offset, expected, mistake.instead(offset, expected, value));
            }
        };
    }

    // ---------------------------------------------------------------- the loop

    private void dies(boolean detaches, Scene scene) {
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                finished = dies(detaches, scene, n, lost);
            }
            assertThat(n).as("writes").isLessThan(5000);
        }
    }

    private boolean dies(boolean detaches, Scene scene, long n, Random lost) {
        String when = "died at write " + n + (lost == null ? "" : ", stores lost") + ", seed=" + seed;
        fixture = new BroadcastFixture(SIZE, 2, detaches);
        later = () -> {};
        BroadcastFixture.Peer living = fixture.peer(LIVING);
        listens = living.broadcast.subscribe();
        ArmedMemory view = new ArmedMemory(fixture.world.region.memory);
        BroadcastFixture.Peer victim = fixture.peer(VICTIM, mistaken(view, ofVictim));
        Runnable operation = scene.prepare(victim, living);
        fixture.everybodySleeps();
        view.arm(new LosingMemory(fixture.world.region.memory, n, lost));
        boolean finished = runs(operation);
        fixture.audit(false, when);
        reclaim(lost == null, when);
        HeapFixture.Books books = fixture.audit(true, when);
        assertThat(books.owned[VICTIM]).as(when).isZero();
        fixture.assertNothingOf(VICTIM, when);
        for (BlockState halfDone : List.of(BlockState.PUB, BlockState.TAKE, BlockState.RESERVED)) {
            assertThat(books.blocks(halfDone)).as("%s, %s", halfDone, when).isZero();
        }
        later.run();
        listens.close();
        fixture.assertEmptyAndWhole(living, when);
        living.cells.root("broadcast").take().free();
        assertThat(fixture.audit(true, when).live).as(when).isEmpty();
        fixture.world.region.reclaim(LIVING);
        return finished;
    }

    private void reclaim(boolean dyingEverywhere, String when) {
        if (dyingEverywhere) {
            fixture.world.region.reclaimDyingEverywhere(
                    VICTIM, dying -> mistaken(dying, ofReclaimer), death -> fixture.audit(false, when + ", " + death));
        } else {
            SharedMemory view = mistaken(fixture.world.region.memory, ofReclaimer);
            fixture.world.region.reclaim(view, false).reclaim(VICTIM - 1);
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
