package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.layout.ChannelLayout;
import io.shm.layout.RoleWord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A channel with one sender and one receiver. */
class OneToOneChannelTest {
    private final ChannelFixture world =
            new ChannelFixture(768 << 10, ChannelOptions.capacity(4).oneSender().oneReceiver());
    private final ChannelFixture.Peer one = world.peer(1);
    private final ChannelFixture.Peer two = world.peer(2);

    @Test
    void passesMessagesOfBothKindsInTheirOrder() {
        long next = 0;
        for (int round = 0; round < 50; round++) {
            List<Long> sent = new ArrayList<>();
            for (int i = 0; i < 1 + round % 4; i++) {
                assertThat(one.send(next, (round + i) % 3 == 0)).isTrue();
                sent.add(next++);
            }
            assertThat(two.drain()).isEqualTo(sent);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(one.send(i, i % 2 == 0)).isTrue();
        }
        assertThat(one.send(4, true)).isFalse();
        assertThat(one.send(4, false)).isFalse();
        assertThat(two.drain()).containsExactly(0L, 1L, 2L, 3L);
        world.audit(true, "drained");
    }

    @Test
    void whoeverSendsFirstIsTheSenderUntilItResigns() {
        assertThat(one.send(1, false)).isTrue();
        assertThat(two.channel.becomeSender()).isFalse();
        assertThatThrownBy(() -> two.send(2, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("channel 'channel' has one sender, and that is thread "
                        + Thread.currentThread().getId() + " of process ")
                .hasMessageEndingWith(" until it resigns or its process ends");
        assertThatThrownBy(() -> two.channel.offer(two.block(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has one sender");
        one.channel.resign();
        assertThat(two.channel.becomeSender()).isTrue();
        assertThat(two.channel.becomeSender()).as("it is already").isTrue();
        two.channel.resign();
        // Others' roles stay.
        one.channel.becomeSender();
        two.channel.resign();
        assertThat(two.channel.becomeSender()).isFalse();
        world.world.region.reclaim(2);
        assertThat(world.audit(true, "the block that was refused is freed").live)
                .hasSize(1);
    }

    @Test
    void whoeverReceivesFirstIsTheReceiverUntilItIsReaped() {
        one.send(1, true);
        assertThat(two.drain()).containsExactly(1L);
        assertThatThrownBy(() -> one.channel.poll())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has one receiver");
        assertThat(one.channel.becomeReceiver()).isFalse();
        world.world.region.reclaim(2);
        assertThat(one.channel.becomeReceiver()).isTrue();
        assertThat(one.channel.poll()).isNull();
    }

    @Test
    void anotherThreadOfTheSameProcessIsAnother() throws Exception {
        one.channel.becomeSender();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            assertThat(other.submit(one.channel::becomeSender).get()).isFalse();
            assertThat(other.submit(one.channel::becomeReceiver).get()).isTrue();
            assertThat(one.channel.becomeReceiver()).isFalse();
        } finally {
            other.shutdown();
        }
    }

    @Test
    void aThreadThatHasEndedIsFollowedByAnyOfItsProcessAndByNoOther() {
        for (int i = 0; i < 2; i++) {
            long sent = i;
            inAThreadThatEnds(() -> {
                assertThat(one.send(sent, false)).isTrue();
                assertThat(one.channel.becomeReceiver()).isTrue();
            });
        }
        assertThat(two.channel.becomeSender()).as("of another process").isFalse();
        assertThat(two.channel.becomeReceiver()).isFalse();
        assertThat(one.send(2, true)).isTrue();
        assertThat(one.drain()).containsExactly(0L, 1L, 2L);
        one.channel.resign();
        world.assertEmptyAndWhole(one, "after all");
    }

    @Test
    void theNextThreadOfAnExecutorMayBeginBeforeTheFormerHasEnded() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread[] next = new Thread[1];
        Thread former = new Thread(() -> {
            one.send(0, false);
            next[0] = new Thread(() -> one.send(1, false));
            next[0].setUncaughtExceptionHandler((t, e) -> thrown.set(e));
            next[0].start();
            while (next[0].getState() != Thread.State.TIMED_WAITING && next[0].isAlive()) {
                Thread.onSpinWait();
            }
        });
        former.start();
        former.join();
        next[0].join();
        assertThat(thrown.get()).isNull();
        assertThat(two.drain()).containsExactly(0L, 1L);
    }

    static void inAThreadThatEnds(Runnable work) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(work);
        thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thrown.get()).isNull();
    }

    @Test
    void aChannelForAnyNumberHasNoRoles() {
        ChannelFixture.Peer many = new ChannelFixture(768 << 10, ChannelOptions.capacity(4)).peer(1);
        assertThat(many.channel.hasOneSender()).isFalse();
        assertThatThrownBy(many.channel::becomeSender)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("any number of threads may send");
        assertThatThrownBy(many.channel::becomeReceiver)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("any number of threads may receive");
        many.channel.resign();
    }

    @Test
    void aMessageThatIsBeingReadIsNotPassed() {
        for (long i = 0; i < 4; i++) {
            one.send(i, false);
        }
        List<Long> seen = new ArrayList<>();
        two.channel.poll(outer -> {
            two.channel.poll(inner -> seen.add(inner.getLong(0)));
            assertThat(one.send(4, false)).as("its slot is in use").isFalse();
            seen.add(outer.getLong(0));
        });
        assertThat(one.send(4, false)).isTrue();
        assertThat(one.send(5, false)).isTrue();
        assertThat(one.send(6, false)).isFalse();
        seen.addAll(two.drain());
        assertThat(seen).containsExactly(1L, 0L, 2L, 3L, 4L, 5L);
        one.channel.resign();
        two.channel.resign();
        world.assertEmptyAndWhole(one, "after all");
    }

    @Test
    void aMessageThatIsSentWhileOneIsWrittenGoesToTheNextSlot() {
        for (boolean asBlock : new boolean[] {false, true}) {
            List<Long> early = new ArrayList<>();
            assertThat(one.channel.offer(16, m -> {
                        m.putLong(0, 7);
                        assertThat(one.send(8, asBlock)).isTrue();
                        early.addAll(two.drain());
                        m.putLong(8, 9);
                    }))
                    .isTrue();
            assertThat(early).as("what is behind it waits for it").isEmpty();
            assertThat(two.drain()).containsExactly(7L, 8L);
        }
        one.channel.resign();
        two.channel.resign();
        world.assertEmptyAndWhole(one, "after both");
    }

    @Test
    void aRoleThatNamesNobodyIsRefusedWithoutANameAndBrokenForVerify() {
        long roleAt = world.channel().at() + ChannelLayout.SENDER_OFFSET;
        world.world.region.memory.putLong(roleAt, RoleWord.pack(60, 1));
        assertThatThrownBy(() -> one.send(1, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("that is another thread");
    }
}
