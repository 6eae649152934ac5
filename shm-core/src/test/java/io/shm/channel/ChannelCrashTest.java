package io.shm.channel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.HeapFixture;
import io.shm.layout.ChannelLayout;
import io.shm.ledger.BlockState;
import io.shm.memory.ArmedMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process dies before the n-th write of an operation on a channel, for every n until the operation finishes, with all or
 * some of its last plain stores; then so does whoever reclaims it, before each of its writes; then another does it to the
 * end. What was in the channel is still there, in its order; what was sent arrives or was never sent; nothing has the dead
 * one's number, and the channel has all its room.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelCrashTest {
    private static final int SIZE = 768 << 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    /** What the victim sends. */
    static final long SENT = 50;
    /** What it may have sent meanwhile. */
    static final long BESIDE = 60;

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);

    ChannelCrashTest() {
        System.out.println(getClass().getSimpleName() + " -Dshm.seed=" + seed);
    }

    ChannelOptions options() {
        return ChannelOptions.capacity(4);
    }

    /** What is there before the danger; then the operation. */
    interface Scene {
        Runnable prepare(ChannelFixture.Peer victim, ChannelFixture.Peer living);
    }

    private final ChannelOptions gone = options();
    private final ChannelOptions again = gone.redelivers();

    @Test
    void sendsABlock() {
        for (int before = 0; before < 4; before++) {
            int full = before;
            dies(gone, before, 0, (victim, living) -> {
                fill(living, full);
                Block block = victim.block(SENT);
                return () -> victim.channel.offer(block);
            });
        }
    }

    @Test
    void sendsASmallMessage() {
        for (int before = 0; before < 4; before++) {
            int full = before;
            dies(gone, before, 0, (victim, living) -> {
                fill(living, full);
                return () -> victim.channel.offer(8, m -> m.putLong(0, SENT));
            });
        }
    }

    @Test
    void isRefused() {
        dies(gone, 4, 0, (victim, living) -> {
            fill(living, 4);
            Block block = victim.block(SENT);
            return () -> {
                victim.channel.offer(block);
                victim.channel.offer(8, m -> m.putLong(0, SENT));
            };
        });
    }

    @Test
    void receives() {
        for (int from = 0; from < 2; from++) {
            int first = from;
            dies(gone, 3, 1, (victim, living) -> {
                fill(living, first, 3);
                return () -> victim.channel.poll(m -> {
                    if (m.block() != null) {
                        m.block().free();
                    }
                });
            });
        }
    }

    @Test
    void receivesFromAFullChannel() {
        dies(gone, 4, 2, (victim, living) -> {
            fill(living, 4);
            return () -> victim.channel.poll(
                    m -> {
                        if (m.block() != null) {
                            m.block().free();
                        }
                    },
                    2);
        });
    }

    @Test
    void whatAReceiverHadNotFinishedIsDeliveredAgain() {
        for (int from = 0; from < 2; from++) {
            int first = from;
            dies(again, 3, 1, (victim, living) -> {
                fill(living, first, 3);
                return () -> victim.channel.poll(m -> {
                    // Without a free: it has finished only once it is dead.
                    assertThat(m.isRedelivered()).isFalse();
                });
            });
        }
    }

    @Test
    void whatIsDeliveredAgainMayHaveAnotherDeadReceiver() {
        dies(again, 2, 2, (victim, living) -> {
            fill(living, 2);
            ChannelFixture.Peer first = fixture.peer(3);
            first.channel.poll(m -> {}, 1);
            // A small one that is being read as its process dies.
            try {
                first.channel.poll(m -> {
                    throw new CrashedInHandler();
                });
            } catch (CrashedInHandler e) {
                restoreReading(3);
            }
            fixture.world.region.reclaim(3);
            return () -> victim.channel.poll(m -> {}, 2);
        });
    }

    @Test
    void waitsInVain() {
        dies(gone, 0, 0, (victim, living) -> () -> {
            waits(() -> victim.channel.receive(m -> {}, 2, MILLISECONDS));
            victim.channel.offer(8, m -> m.putLong(0, SENT));
        });
        dies(gone, 4, 0, (victim, living) -> {
            fill(living, 4);
            return () -> waits(() -> victim.channel.send(new byte[8], 0, 8, 2, MILLISECONDS));
        });
    }

    private static void waits(Callable<Boolean> wait) {
        try {
            assertThat(wait.call()).isFalse();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void makesAChannel() {
        HeapFixture fresh = new HeapFixture(SIZE);
        int room = fresh.room(3000);
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            ChannelFixture world = new ChannelFixture(SIZE, gone);
            ArmedMemory view = new ArmedMemory(world.world.region.memory);
            world.world.peer(VICTIM, view);
            view.arm(new LosingMemory(world.world.region.memory, n, random));
            finished = runs(() -> world.peer(VICTIM, view));
            world.world.region.reclaim(VICTIM);
            ChannelFixture.Peer living = world.peer(LIVING);
            world.assertEmptyAndWhole(living, "died at write " + n + ", seed=" + seed);
            living.cells.root("channel").take().free();
            world.world.region.reclaim(LIVING);
            assertThat(world.world.region.room(3000)).isEqualTo(room);
        }
    }

    private static final class CrashedInHandler extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** As if the process had died within the handler: the slot was finished on the way out. */
    private void restoreReading(int owner) {
        int slot = 1;
        long cell = fixture.channel().cellAt(slot);
        fixture.world.region.memory.putLong(
                cell, io.shm.ledger.QueueStates.reading(io.shm.ledger.QueueStates.empty(1), owner));
    }

    // ---------------------------------------------------------------- the checks can fail

    @Test
    void theChecksCatchAReclaimerThatForgetsSlots() {
        forgetsSlots = true;
        try {
            assertThat(isCaught(this::receives)).isTrue();
            assertThat(isCaught(this::sendsASmallMessage)).isTrue();
        } finally {
            forgetsSlots = false;
        }
    }

    @Test
    void theChecksCatchATakerThatForgetsTheLap() {
        emptiesToZero = true;
        try {
            assertThat(isCaught(this::receives)).isTrue();
        } finally {
            emptiesToZero = false;
        }
    }

    @Test
    void theChecksCatchASenderWhoseMessageIsNotWritten() {
        losesMessage = true;
        try {
            assertThat(isCaught(this::sendsASmallMessage)).isTrue();
        } finally {
            losesMessage = false;
        }
    }

    private boolean forgetsSlots;
    boolean forgetsRoles;
    private boolean emptiesToZero;
    private boolean losesMessage;

    static boolean isCaught(Runnable ladder) {
        try {
            ladder.run();
            return false;
        } catch (AssertionError | IllegalStateException | ShmException e) {
            return true;
        }
    }

    // ---------------------------------------------------------------- the loop

    private ChannelFixture fixture;

    private static void fill(ChannelFixture.Peer living, int count) {
        fill(living, 0, count);
    }

    /** Every second is a block. */
    private static void fill(ChannelFixture.Peer living, int from, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(living.send(i, (from + i) % 2 == 0)).isTrue();
        }
        living.channel.resign();
    }

    /**
     * @param before messages 0, 1, … that are there
     * @param taken how many of them the victim may take
     */
    void dies(ChannelOptions options, int before, int taken, Scene scene) {
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                finished = dies(options, before, taken, scene, n, lost);
            }
        }
    }

    private boolean dies(ChannelOptions options, int before, int taken, Scene scene, long n, Random lost) {
        String when = "died at write " + n + (lost == null ? "" : ", stores lost") + ", seed=" + seed;
        fixture = new ChannelFixture(SIZE, options);
        ChannelFixture.Peer living = fixture.peer(LIVING);
        ArmedMemory view = new ArmedMemory(fixture.world.region.memory);
        ChannelFixture.Peer victim = fixture.peer(VICTIM, victimsView(view));
        Runnable operation = scene.prepare(victim, living);
        everybodySleeps();
        view.arm(new LosingMemory(fixture.world.region.memory, n, lost));
        boolean finished = runs(operation);
        fixture.audit(false, when);
        reclaimDyingEverywhere(when);
        HeapFixture.Books books = fixture.audit(true, when);
        assertThat(books.owned[VICTIM]).as(when).isZero();
        assertThat(fixture.slotsOf(VICTIM)).as(when).isZero();
        assertThat(fixture.hasRole(VICTIM)).as(when).isFalse();
        for (BlockState halfDone : List.of(BlockState.PUB, BlockState.TAKE, BlockState.RESERVED)) {
            assertThat(books.blocks(halfDone)).as("%s, %s", halfDone, when).isZero();
        }
        checkMessages(living.drain(), options, before, taken, finished, when);
        fixture.assertEmptyAndWhole(living, when);
        living.cells.root("channel").take().free();
        fixture.world.region.reclaim(LIVING);
        assertThat(fixture.audit(true, when).live).as(when).isEmpty();
        return finished;
    }

    /** As if a thread slept until there is a message, and one until there is room: whoever wakes has something to do. */
    private void everybodySleeps() {
        long at = fixture.channel().at();
        fixture.world.region.memory.putLong(at + ChannelLayout.RECEIVER_WAITS_OFFSET, 9);
        fixture.world.region.memory.putLong(at + ChannelLayout.SENDER_WAITS_OFFSET, 9);
    }

    private static void checkMessages(
            List<Long> values, ChannelOptions options, int before, int taken, boolean finished, String when) {
        List<Long> old = new ArrayList<>(values);
        boolean sent = old.remove(SENT);
        old.remove(BESIDE);
        assertThat(sent && taken > 0).as(when).isFalse();
        if (finished && taken == 0 && before < 4) {
            assertThat(sent).as("what was sent has arrived, %s", when).isTrue();
        }
        List<Long> all = new ArrayList<>();
        for (long i = 0; i < before; i++) {
            all.add(i);
        }
        if (options.isRedelivering() && taken > 0) {
            // A small one whose handler has returned is finished; a block is not as long as nobody has freed it.
            for (long i = 0; i < before; i++) {
                if (i >= taken) {
                    assertThat(old).as(when).contains(i);
                }
            }
            assertThat(old).as("each once, %s", when).doesNotHaveDuplicates();
            if (!finished) {
                return;
            }
        }
        if (!options.isRedelivering()) {
            assertThat(old).as("%s", when).isSubsetOf(all).isSorted().hasSizeGreaterThanOrEqualTo(before - taken);
            assertThat(all.subList(taken, before)).as(when).isSubsetOf(old);
        }
    }

    private SharedMemory victimsView(SharedMemory memory) {
        if (!emptiesToZero && !losesMessage) {
            return memory;
        }
        return new ForwardingMemory(memory) {
            @Override
            public boolean compareAndSetLong(long offset, long expected, long value) {
                boolean isEmptied = emptiesToZero
                        && (expected & ((1L << 34) - 1)) != 0
                        && value != 0
                        && (value & ((1L << 34) - 1)) == 0;
                return super.compareAndSetLong(offset, expected, isEmptied ? 0 : value);
            }

            @Override
            public void putLong(long offset, long value) {
                // What a sender that commits before it writes leaves when it dies.
                super.putLong(offset, losesMessage && value == SENT ? 0 : value);
            }
        };
    }

    private SharedMemory reclaimersView(SharedMemory view) {
        if (!forgetsSlots && !forgetsRoles) {
            return view;
        }
        ChannelLayoutRange range = new ChannelLayoutRange(fixture.channel().at());
        return new WatchedMemory(view) {
            @Override
            protected void beforeWrite(long offset) {}

            @Override
            public boolean compareAndSetLong(long offset, long expected, long value) {
                boolean ofSlot = range.contains(offset) && (expected & ((1L << 34) - 1)) == 0;
                boolean ofRole = range.isRole(offset);
                // It believes that it has done it.
                return (forgetsSlots && ofSlot)
                        || (forgetsRoles && ofRole)
                        || super.compareAndSetLong(offset, expected, value);
            }
        };
    }

    private record ChannelLayoutRange(long at) {
        boolean isRole(long offset) {
            return offset == at + ChannelLayout.SENDER_OFFSET || offset == at + ChannelLayout.RECEIVER_OFFSET;
        }

        boolean contains(long offset) {
            return offset >= at && offset < at + ChannelLayout.bytesFor(4);
        }
    }

    private void reclaimDyingEverywhere(String when) {
        fixture.world.region.reclaimDyingEverywhere(
                VICTIM, this::reclaimersView, death -> fixture.audit(false, when + ", " + death));
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
