package io.shm.channel;

import static io.shm.channel.BroadcastFixture.drain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.shm.error.CorruptRegionException;
import io.shm.error.ShmException;
import io.shm.error.StaleHandleException;
import io.shm.error.UnavailableException;
import io.shm.heap.Block;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.SubscriptionState;
import io.shm.memory.ArmedMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.InterruptedReads;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BroadcastTest {
    private final BroadcastFixture world = new BroadcastFixture(768 << 10, 4);
    private final BroadcastFixture.Peer one = world.peer(1);
    private final BroadcastFixture.Peer two = world.peer(2);

    @Test
    void eachSubscriberGetsEachMessageFromItsSubscriptionOnAndTheLastFreesIt() {
        assertThat(one.send(1, true)).as("nobody listens").isZero();
        try (Subscription a = two.broadcast.subscribe()) {
            assertThat(one.send(2, true)).isEqualTo(1);
            try (Subscription b = one.broadcast.subscribe()) {
                assertThat(one.send(3, false)).isEqualTo(2);
                assertThat(one.send(4, true)).isEqualTo(2);
                assertThat(drain(a)).containsExactly(2L, 3L, 4L);
                assertThat(world.audit(true, "b has not read").live).hasSize(2);
                assertThat(drain(b)).containsExactly(3L, 4L);
                assertThat(world.audit(true, "all read").live).hasSize(1);
                assertThat(drain(a)).isEmpty();
            }
        }
        world.assertEmptyAndWhole(one, "after two subscriptions");
    }

    @Test
    void allReadTheSameBlock() {
        List<Long> places = new ArrayList<>();
        try (Subscription a = two.broadcast.subscribe();
                Subscription b = one.broadcast.subscribe()) {
            one.send(7, true);
            for (Subscription subscription : List.of(a, b)) {
                subscription.poll(m -> {
                    assertThat(m.block()).isNull();
                    assertThat(m.shared().getLong(0)).isEqualTo(7);
                    places.add(m.shared().offset());
                });
            }
        }
        assertThat(places).hasSize(2);
        assertThat(places.get(0)).isEqualTo(places.get(1));
    }

    @Test
    void aMessageThatOneBehindHasToMissCostsNoObject() throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int messages = 2_000;
        MessageWriter writer = m -> m.putLong(0, 1);
        try (Subscription slow = two.broadcast.subscribe();
                Subscription slower = two.broadcast.subscribe()) {
            long before = 0;
            for (int i = 0; i < 2 * messages; i++) {
                if (i == messages) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                one.broadcast.send(8, writer, 0, TimeUnit.SECONDS);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(slow.missed()).isEqualTo(2L * messages - 4);
            assertThat(slower.missed()).isEqualTo(2L * messages - 4);
            assertThat(allocated).as("bytes").isLessThan(messages);
        }
    }

    @Test
    void oneThatIsTooSlowMissesTheOldestAndIsToldHowMany() {
        try (Subscription slow = two.broadcast.subscribe();
                Subscription quick = two.broadcast.subscribe()) {
            for (long i = 0; i < 10; i++) {
                assertThat(one.send(i, i % 2 == 0)).isEqualTo(2);
                assertThat(drain(quick)).containsExactly(i);
            }
            assertThat(slow.lag()).isEqualTo(4);
            assertThat(drain(slow)).containsExactly(6L, 7L, 8L, 9L);
            assertThat(slow.missed()).isEqualTo(6);
            assertThat(quick.missed()).isZero();
            assertThat(slow.lag()).isZero();
        }
        world.assertEmptyAndWhole(one, "after a slow one");
        assertThat(world.audit(true, "after a slow one").live).hasSize(1);
    }

    @Test
    void oneThatIsManyLapsBehindGetsWhatLiesThereAtItsNextLook() {
        try (Subscription slow = two.broadcast.subscribe()) {
            for (long i = 0; i < 1000; i++) {
                one.send(i, false);
            }
            assertThat(drain(slow)).containsExactly(996L, 997L, 998L, 999L);
            assertThat(slow.missed()).isEqualTo(996);
        }
    }

    @Test
    void aSenderWaitsNoMoreForOneThatIsDetached() throws InterruptedException {
        BroadcastFixture detaching = new BroadcastFixture(768 << 10, 4, true);
        BroadcastFixture.Peer sender = detaching.peer(1);
        Subscription slow = detaching.peer(2).broadcast.subscribe();
        Subscription quick = sender.broadcast.subscribe();
        for (long i = 0; i < 12; i++) {
            // The fifth finds a full ring and has no patience; from then on nobody is waited for.
            long patience = i == 4 ? 0 : Long.MAX_VALUE;
            long value = i;
            sender.broadcast.send(8, m -> m.putLong(0, value), patience, TimeUnit.SECONDS);
            assertThat(drain(quick)).containsExactly(i);
        }
        assertThat(slow.isDetached()).isTrue();
        slow.close();
        quick.close();
        detaching.assertEmptyAndWhole(sender, "after a detached one");
    }

    @Test
    void oneThatIsDetachedWhileItLooksGetsNothingOutOfTurn() {
        boolean finished = false;
        for (long at = 1; !finished; at++) {
            BroadcastFixture detaching = new BroadcastFixture(768 << 10, 4, true);
            BroadcastFixture.Peer sender = detaching.peer(1);
            InterruptedReads view = new InterruptedReads(
                    detaching.world.region.memory, at, isIn(detaching), () -> sender.send(5, false));
            Subscription slow = detaching.peer(2, view).broadcast.subscribe();
            for (long i = 1; i <= 4; i++) {
                sender.send(i, false);
            }
            view.arm();
            List<Long> got = new ArrayList<>();
            try {
                slow.poll(m -> got.add(m.getLong(0)));
            } catch (IllegalStateException detached) {
                assertThat(detached).hasMessageContaining("detached");
            }
            assertThat(got).as("a sender comes after read " + at).isSubsetOf(1L);
            finished = !view.happened();
            slow.close();
            detaching.assertEmptyAndWhole(sender, "a sender came after read " + at);
        }
    }

    @Test
    void whoComesInThePlaceOfOneThatLeavesIsNotPushedInItsStead() {
        for (boolean detaches : new boolean[] {false, true}) {
            boolean finished = false;
            for (long at = 1; !finished; at++) {
                String when = (detaches ? "detaching, after read " : "after read ") + at;
                BroadcastFixture fixture = new BroadcastFixture(768 << 10, 4, detaches);
                List<Subscription> subscriptions = new ArrayList<>();
                BroadcastFixture.Peer other = fixture.peer(2);
                InterruptedReads view = new InterruptedReads(fixture.world.region.memory, at, isIn(fixture), () -> {
                    subscriptions.get(0).close();
                    subscriptions.add(other.broadcast.subscribe());
                });
                BroadcastFixture.Peer sender = fixture.peer(1, view);
                subscriptions.add(other.broadcast.subscribe());
                for (long i = 1; i <= 4; i++) {
                    sender.send(i, false);
                }
                view.arm();
                sender.send(5, false);
                finished = !view.happened();
                if (!finished) {
                    Subscription next = subscriptions.get(1);
                    assertThat(next.isDetached()).as(when).isFalse();
                    assertThat(next.missed()).as(when).isZero();
                    assertThat(drain(next)).as(when).isSubsetOf(5L);
                    sender.send(6, false);
                    assertThat(drain(next)).as(when).containsExactly(6L);
                }
                subscriptions.forEach(Subscription::close);
                fixture.assertEmptyAndWhole(other, when);
            }
        }
    }

    /** Reads of the broadcast itself. */
    private static LongPredicate isIn(BroadcastFixture fixture) {
        return offset -> offset >= fixture.broadcast().at()
                && offset
                        < fixture.broadcast().at()
                                + BroadcastLayout.bytesFor(fixture.broadcast().capacity());
    }

    @Test
    void oneThatEndsItsSubscriptionInTheHandlerKeepsTheMessageUntilTheEndOfThat() {
        Subscription subscription = two.broadcast.subscribe();
        one.send(7, true);
        one.send(8, true);
        assertThat(subscription.poll(m -> {
                    subscription.close();
                    assertThat(m.shared().isInUse()).isTrue();
                    assertThat(m.getLong(0)).isEqualTo(7);
                }))
                .isTrue();
        assertThatThrownBy(() -> subscription.poll(m -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        world.assertEmptyAndWhole(one, "after a subscription that ended itself");
        assertThat(world.audit(true, "after a subscription that ended itself").live)
                .hasSize(1);
    }

    @Test
    void whatOneReadsAtThatMomentStaysAndCostsASlot() {
        try (Subscription slow = two.broadcast.subscribe();
                Subscription quick = one.broadcast.subscribe()) {
            one.send(100, true);
            slow.poll(m -> {
                for (long i = 0; i < 10; i++) {
                    assertThat(one.send(i, true)).isEqualTo(2);
                    assertThat(drain(quick)).endsWith(i);
                }
                assertThat(m.getLong(0)).isEqualTo(100);
                assertThat(m.shared().isInUse()).isTrue();
            });
            assertThat(drain(slow)).containsExactly(7L, 8L, 9L);
        }
        world.assertEmptyAndWhole(one, "after a long read");
        assertThat(world.audit(true, "after a long read").live).hasSize(1);
    }

    @Test
    void oneThatFallsBehindIsDetachedWhereThatIsThePolicy() {
        BroadcastFixture detaching = new BroadcastFixture(768 << 10, 4, true);
        BroadcastFixture.Peer sender = detaching.peer(1);
        BroadcastFixture.Peer listener = detaching.peer(2);
        Subscription slow = listener.broadcast.subscribe();
        for (long i = 0; i < 4; i++) {
            assertThat(sender.send(i, true)).isEqualTo(1);
        }
        assertThat(slow.isDetached()).isFalse();
        sender.send(4, true);
        assertThat(slow.isDetached()).isTrue();
        assertThat(sender.broadcast.subscribers()).isZero();
        assertThatThrownBy(() -> slow.poll(m -> {})).hasMessageContaining("fell behind");
        slow.close();
        slow.close();
        detaching.assertEmptyAndWhole(sender, "after a detached one");
        assertThat(detaching.audit(true, "after a detached one").live).hasSize(1);
    }

    @Test
    void aSenderMayWaitForThoseBehind() throws InterruptedException {
        try (Subscription slow = two.broadcast.subscribe()) {
            for (long i = 0; i < 4; i++) {
                one.send(i, false);
            }
            List<Long> read = new ArrayList<>();
            Thread reads = new Thread(() -> slow.poll(m -> read.add(m.getLong(0)), 1));
            reads.start();
            assertThat(one.broadcast.send(one.block(4), 1, TimeUnit.DAYS)).isEqualTo(1);
            reads.join();
            assertThat(slow.missed()).isZero();
            assertThat(one.broadcast.send(one.block(5), 1, TimeUnit.MILLISECONDS))
                    .isEqualTo(1);
            assertThat(slow.missed()).isEqualTo(1);
            read.addAll(drain(slow));
            assertThat(read).containsExactly(0L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> one.broadcast.send(200, m -> {}, 0, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
        Subscription closed = one.broadcast.subscribe();
        Block freed = one.block(1);
        freed.free();
        assertThatThrownBy(() -> one.broadcast.send(freed, 0, TimeUnit.SECONDS))
                .isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(() -> one.broadcast.send(
                        8,
                        m -> {
                            throw new IllegalArgumentException("no");
                        },
                        0,
                        TimeUnit.SECONDS))
                .hasMessage("no");
        closed.close();
        assertThatThrownBy(() -> closed.poll(m -> {})).isInstanceOf(IllegalStateException.class);
        List<Subscription> all = new ArrayList<>();
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            all.add(one.broadcast.subscribe());
        }
        assertThatThrownBy(one.broadcast::subscribe).hasMessageContaining("the most there can be");
        assertThat(one.send(3, true)).isEqualTo(BroadcastWord.SUBSCRIPTIONS);
        all.forEach(subscription -> assertThat(drain(subscription)).containsExactly(3L));
        all.forEach(Subscription::close);
        world.assertEmptyAndWhole(one, "after misuse");
    }

    @Test
    void everyStrategyWaits() throws InterruptedException {
        for (WaitStrategy strategy : WaitStrategy.values()) {
            try (Subscription subscription = two.broadcast.waiting(strategy).subscribe()) {
                Thread sender = new Thread(() -> one.send(1, true));
                sender.start();
                AtomicReference<Long> read = new AtomicReference<>();
                assertThat(subscription.receive(m -> read.set(m.getLong(0)), Long.MAX_VALUE, TimeUnit.DAYS))
                        .isTrue();
                assertThat(read.get()).isEqualTo(1);
                sender.join();
                assertThat(subscription.receive(m -> {}, 0, TimeUnit.SECONDS)).isFalse();
            }
        }
    }

    @Test
    void theDeadAreNotWaitedForOnceTheyAreReaped() {
        two.broadcast.subscribe();
        Subscription reads = world.peer(3).broadcast.subscribe();
        for (long i = 0; i < 3; i++) {
            one.send(i, true);
        }
        reads.poll(m -> world.world.region.reclaim(2));
        assertThat(drain(reads)).containsExactly(1L, 2L);
        assertThat(reads.missed()).isZero();
        one.send(3, true);
        world.world.region.reclaim(3);
        world.assertEmptyAndWhole(one, "after the dead");
        assertThat(world.audit(true, "after the dead").live).hasSize(1);
    }

    @Test
    void readersThatAreStoppedLeaveASlotForTheOthersHoweverManyTheyAre() {
        BroadcastFixture fixture =
                new BroadcastFixture(768 << 10, BroadcastOptions.capacity(1).slots());
        BroadcastFixture.Peer sender = fixture.peer(1);
        List<Subscription> readers = new ArrayList<>();
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            readers.add(sender.broadcast.subscribe());
        }
        for (long i = 0; i < readers.size(); i++) {
            sender.send(i, true);
        }
        eachReadsItsOwn(readers, 0, () -> {
            for (long i = 0; i < 200; i++) {
                assertThat(sender.send(i, i % 2 == 0)).isEqualTo(readers.size());
            }
        });
        readers.forEach(Subscription::close);
        fixture.assertEmptyAndWhole(sender, "after readers that were stopped");
        assertThat(fixture.audit(true, "after readers that were stopped").live).hasSize(1);
    }

    /** Reader i is in the middle of message i. */
    private static void eachReadsItsOwn(List<Subscription> readers, int i, Runnable meanwhile) {
        if (i == readers.size()) {
            meanwhile.run();
            return;
        }
        readers.get(i).poll(m -> {}, i);
        assertThat(readers.get(i).poll(m -> {
                    assertThat(m.getLong(0)).isEqualTo(i);
                    eachReadsItsOwn(readers, i + 1, meanwhile);
                    assertThat(m.getLong(0)).isEqualTo(i);
                }))
                .isTrue();
    }

    @Test
    void whereEverySlotIsKeptASenderIsToldSoAndPassesNone() throws InterruptedException {
        BroadcastFixture fixture = new BroadcastFixture(768 << 10, 2);
        BroadcastFixture.Peer sender = fixture.peer(1);
        List<Subscription> readers = List.of(
                fixture.peer(2).broadcast.subscribe(), fixture.peer(3).broadcast.subscribe());
        AtomicReference<Integer> sent = new AtomicReference<>();
        Thread waits = new Thread(() -> sent.set(sendPatiently(sender)));
        sender.send(0, true);
        sender.send(1, true);
        eachReadsItsOwn(readers, 0, () -> {
            assertThat(drain(readers.get(0))).containsExactly(1L);
            List<Long> words = List.of(fixture.word(0), fixture.word(1));
            Block block = sender.block(7);
            assertThatThrownBy(() -> sender.send(block)).isInstanceOf(UnavailableException.class);
            assertThat(block.isLive()).as("still the sender's own").isTrue();
            block.free();
            assertThat(List.of(fixture.word(0), fixture.word(1))).isEqualTo(words);
            waits.start();
        });
        waits.join();
        assertThat(sent.get()).isEqualTo(2);
        readers.forEach(reader -> assertThat(drain(reader)).containsExactly(8L));
        readers.forEach(Subscription::close);
        fixture.assertEmptyAndWhole(sender, "after both slots were kept");
        assertThat(fixture.audit(true, "after both slots were kept").live).hasSize(1);
    }

    private static int sendPatiently(BroadcastFixture.Peer sender) {
        try {
            return sender.broadcast.send(8, m -> m.putLong(0, 8), 1, TimeUnit.DAYS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSenderIsWokenWhereASlotIsOnlyReadAnyMore() {
        long waitsAt = world.broadcast().at() + BroadcastLayout.SENDER_WAITS_OFFSET;
        try (Subscription a = one.broadcast.subscribe();
                Subscription b = two.broadcast.subscribe()) {
            one.send(1, false);
            a.poll(m -> {
                world.everybodySleeps();
                b.poll(n ->
                        assertThat(world.world.region.memory.getLong(waitsAt)).isZero());
            });
        }
    }

    /** Neither 0 nor a block: a handle of none, and a word without a generation. */
    private static final long[] NO_BLOCKS = {0x1234_5678_9abcL << 4, 7};

    @Test
    void aDamagedCellIsToldOnceAndCostsNoSlot() {
        for (long damage : NO_BLOCKS) {
            Subscription reads = two.broadcast.subscribe();
            for (int i = 0; i < 4; i++) {
                world.world.region.memory.putLong(cellAt(i), damage);
            }
            Block block = one.block(1);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> one.send(block)).isInstanceOf(CorruptRegionException.class);
                assertThatThrownBy(() -> one.send(1, false)).isInstanceOf(CorruptRegionException.class);
            }
            block.free();
            assertThat(one.send(2, true)).isEqualTo(1);
            assertThat(drain(reads)).containsExactly(2L);
            reads.close();
            world.assertEmptyAndWhole(one, "after damaged cells");
        }
    }

    @Test
    void whoLeavesLeavesThoughACellIsDamaged() {
        for (long damage : NO_BLOCKS) {
            Subscription leaves = two.broadcast.subscribe();
            one.send(1, true);
            one.send(2, true);
            one.send(3, true);
            long lost = world.world.region.memory.getAndSetLong(cellAt(slotOf(2)), damage);
            assertThatThrownBy(leaves::close).isInstanceOf(CorruptRegionException.class);
            leaves.close();
            world.assertEmptyAndWhole(one, "after a subscription with a damaged cell");
            assertThat(lost).isNotZero();
        }
    }

    @Test
    void whereTheBlockOfAMessageIsGoneNothingIsDelivered() {
        try (Subscription reads = two.broadcast.subscribe()) {
            for (long damage : new long[] {0, NO_BLOCKS[0], NO_BLOCKS[1]}) {
                one.send(5, true);
                world.world.region.memory.putLong(cellAt(slotOf(1)), damage);
                assertThatThrownBy(() -> reads.poll(m -> {
                            throw new IllegalStateException("delivered");
                        }))
                        .isInstanceOf(CorruptRegionException.class);
                assertThat(drain(reads)).isEmpty();
            }
        }
        world.assertEmptyAndWhole(one, "after messages without their blocks");
    }

    private long cellAt(int slot) {
        return world.broadcast().slotAt(slot) + BroadcastSlotLayout.CELL_OFFSET;
    }

    /** The slot that was filled by the n-th last message. */
    private int slotOf(int last) {
        long tail = world.world.region.memory.getLong(world.broadcast().at() + BroadcastLayout.TAIL_OFFSET);
        return (int) (tail - last) & 3;
    }

    @Test
    void anEndedSubscriptionKeepsItsCountAndEndsNoOther() {
        Subscription old = two.broadcast.subscribe();
        for (long i = 0; i < 6; i++) {
            one.send(i, false);
        }
        assertThat(old.missed()).isEqualTo(2);
        // As a repair leaves it that found the word damaged.
        world.world.region.memory.putLong(
                world.broadcast().subscriptionAt(0), StateWord.pack(SubscriptionState.FREE.code(), 0, 9));
        Subscription next = two.broadcast.subscribe();
        old.close();
        assertThat(old.missed()).isEqualTo(2);
        assertThat(next.isDetached()).isFalse();
        assertThat(one.send(7, false)).isEqualTo(1);
        assertThat(drain(next)).endsWith(7L);
        next.close();
        assertThat(old.missed()).isEqualTo(2);
    }

    @Test
    void aSenderWhoseSlotWasRepairedTakesNobodyElsesBlock() {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = "repaired before write " + n;
            BroadcastFixture fixture = new BroadcastFixture(768 << 10, 4);
            BroadcastFixture.Peer other = fixture.peer(2);
            Subscription reads = other.broadcast.subscribe();
            ArmedMemory armed = new ArmedMemory(fixture.world.region.memory);
            BroadcastFixture.Peer sender = fixture.peer(1, armed);
            Block block = sender.block(5);
            InterruptedMemory view = new InterruptedMemory(fixture.world.region.memory, n, () -> {
                freeSlotsOf(1, fixture);
                other.send(9, true);
            });
            armed.arm(view);
            ends(() -> sender.send(block));
            happened = view.happened();
            if (happened) {
                assertThat(drain(reads)).as(when).contains(9L);
            }
        }
    }

    /** As a repair leaves slots that it found damaged. */
    private static void freeSlotsOf(int owner, BroadcastFixture fixture) {
        for (int i = 0; i < fixture.broadcast().capacity(); i++) {
            long word = fixture.word(i);
            if (BroadcastStates.owner(word) == owner) {
                fixture.world.region.memory.putLong(
                        fixture.broadcast().slotAt(i), BroadcastStates.empty(BroadcastWord.lap(word)));
            }
        }
    }

    @Test
    void theLapsComeRoundAndHintsThatAreWrongStrandNothing() throws InterruptedException {
        BroadcastBlock block = world.broadcast();
        int lap = (1 << 21) - 2;
        for (int i = 0; i < 4; i++) {
            world.world.region.memory.putLong(block.slotAt(i), BroadcastStates.empty(lap));
        }
        long tailAt = block.at() + BroadcastLayout.TAIL_OFFSET;
        world.world.region.memory.putLong(tailAt, 4L * lap);
        try (Subscription subscription = two.broadcast.subscribe()) {
            for (long i = 0; i < 40; i++) {
                assertThat(one.send(i, i % 2 == 0)).isEqualTo(1);
                assertThat(drain(subscription)).containsExactly(i);
            }
        }
        for (long wrong : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 6, 1 << 20, 1L << 40, 77777}) {
            world.world.region.memory.putLong(tailAt, wrong);
            try (Subscription subscription = two.broadcast.subscribe()) {
                assertThat(one.send(7, true)).isEqualTo(1);
                List<Long> read = new ArrayList<>();
                assertThat(subscription.receive(m -> read.add(m.getLong(0)), 10, TimeUnit.SECONDS))
                        .as("tail %s", wrong)
                        .isTrue();
                assertThat(read).containsExactly(7L);
            }
        }
        world.assertEmptyAndWhole(one, "after wrong hints");
    }

    /** By damage: each slot has been empty for lap 51. */
    @Test
    void aSlotThatIsEmptyForAnotherLapIsUsedAgain() throws InterruptedException {
        for (int slot = 0; slot < 4; slot++) {
            for (int behind : new int[] {1, 2, 49, 50, (1 << 20) + 60, BroadcastWord.LAP_MASK}) {
                emptyFor(behind, slot, true);
            }
            for (int ahead : new int[] {52, 1000, 1 << 19}) {
                emptyFor(ahead, slot, false);
            }
        }
    }

    /** @param getsAll whether a subscription gets all that is sent, rather than what is sent once the others have come so far */
    private static void emptyFor(int lap, int slot, boolean getsAll) throws InterruptedException {
        BroadcastFixture fixture = new BroadcastFixture(768 << 10, 4);
        BroadcastFixture.Peer sender = fixture.peer(1);
        String when = "slot " + slot + " is empty for lap " + lap;
        try (Subscription subscription = fixture.peer(2).broadcast.subscribe()) {
            for (long i = 0; i < 200; i++) {
                sender.send(i, i % 2 == 0);
                assertThat(drain(subscription)).containsExactly(i);
            }
            fixture.world.region.memory.putLong(fixture.broadcast().slotAt(slot), BroadcastStates.empty(lap));
            for (long i = 0; i < 8; i++) {
                assertThat(sender.send(i, i % 2 == 0)).as(when).isEqualTo(1);
                List<Long> read = new ArrayList<>();
                if (getsAll) {
                    assertThat(subscription.receive(m -> read.add(m.getLong(0)), 10, TimeUnit.SECONDS))
                            .as(when)
                            .isTrue();
                    assertThat(read).as(when).containsExactly(i);
                }
            }
        }
        fixture.assertEmptyAndWhole(sender, when);
    }

    /** Any bits in the block's own words: every call ends, with a result or an exception of the toolkit's own. */
    @Test
    void survivesAnyBitsInItsBlock() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("BroadcastTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            BroadcastFixture damaged = new BroadcastFixture(512 << 10, 4, random.nextBoolean());
            BroadcastFixture.Peer peer = damaged.peer(1);
            Subscription a = damaged.peer(2).broadcast.subscribe();
            Subscription b = peer.broadcast.subscribe();
            for (int i = 0; i < 3; i++) {
                peer.send(i, random.nextBoolean());
            }
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                long at = random.nextBoolean()
                        ? damaged.broadcast().slotAt(random.nextInt(4)) + 8L * random.nextInt(3)
                        : damaged.broadcast().at() + 8L * random.nextInt(BroadcastLayout.LENGTH / 8);
                long valid = BroadcastWord.pack(
                        random.nextInt(5), 1 + random.nextInt(3), random.nextInt(4), random.nextInt(4));
                // A word that there can be, -1 as a size that stands for a block, a cell's word that names no block.
                long[] words = {random.nextLong(), random.nextLong(), valid, valid, -1, 1 + random.nextInt(200)};
                damaged.world.region.memory.putLong(at, words[random.nextInt(words.length)]);
            }
            for (int i = 0; i < 6; i++) {
                ends(() -> peer.send(1, random.nextBoolean()));
                ends(() -> drain(a));
                ends(() -> drain(b));
            }
            ends(a::close);
            ends(() -> damaged.world.region.reclaim(1));
            ends(() -> damaged.world.region.reclaim(2));
        }
    }

    private static void ends(Runnable call) {
        try {
            call.run();
        } catch (ShmException | IndexOutOfBoundsException | IllegalStateException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
