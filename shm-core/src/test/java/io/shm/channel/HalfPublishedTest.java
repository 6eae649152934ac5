package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.memory.InterruptedMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who makes a channel, requests or a broadcast is stopped before each write of that. Where others find it already, they use it,
 * and one of them dies in the middle: what it had is settled all the same.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HalfPublishedTest {
    private static final int SIZE = 512 << 10;
    private static final int MAKES = 1;
    private static final int LIVES = 2;
    private static final int DIES = 3;

    @Test
    void aDeadServersCallIsAnswered() {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = "stopped before write " + n;
            RequestsFixture fixture = new RequestsFixture(SIZE, RequestsOptions.calls(2));
            InterruptedMemory view = new InterruptedMemory(fixture.world.region.memory, n, () -> {
                RequestsFixture.Peer asks = fixture.peer(LIVES);
                Server server = fixture.peer(DIES).requests.server();
                Call call = asks.ask(1, true);
                assertThat(server.poll()).as(when).isNotNull();
                fixture.world.region.reclaim(DIES);
                assertThat(call.poll(m -> {})).as(when).isEqualTo(Answer.SERVER_DIED);
                assertThat(asks.requests.isServed()).as(when).isFalse();
                fixture.assertNothingOf(DIES, when);
            });
            RequestsFixture.Peer makes = fixture.peer(MAKES, view);
            happened = view.happened();
            fixture.assertEmptyAndWhole(makes, when);
        }
    }

    @Test
    void whatADeadReceiverHadNotFinishedIsDeliveredAgain() {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = "stopped before write " + n;
            ChannelFixture fixture =
                    new ChannelFixture(SIZE, ChannelOptions.capacity(2).redelivers());
            InterruptedMemory view = new InterruptedMemory(fixture.world.region.memory, n, () -> {
                ChannelFixture.Peer sends = fixture.peer(LIVES);
                ChannelFixture.Peer dies = fixture.peer(DIES);
                sends.send(1, true);
                sends.send(2, false);
                dies.channel.poll(m -> {});
                dies.channel.poll(m -> fixture.world.region.reclaim(DIES));
                List<Long> again = new ArrayList<>();
                sends.channel.poll(
                        m -> {
                            assertThat(m.isRedelivered()).as(when).isTrue();
                            again.add(m.getLong(0));
                            if (m.block() != null) {
                                m.block().free();
                            }
                        },
                        Integer.MAX_VALUE);
                assertThat(again).as(when).containsExactlyInAnyOrder(1L, 2L);
            });
            ChannelFixture.Peer makes = fixture.peer(MAKES, view);
            happened = view.happened();
            fixture.assertEmptyAndWhole(makes, when);
        }
    }

    @Test
    void aDeadSubscribersMessagesAreLetGo() {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = "stopped before write " + n;
            BroadcastFixture fixture = new BroadcastFixture(SIZE, 4);
            InterruptedMemory view = new InterruptedMemory(fixture.world.region.memory, n, () -> {
                BroadcastFixture.Peer sends = fixture.peer(LIVES);
                Subscription subscription = fixture.peer(DIES).broadcast.subscribe();
                sends.send(1, true);
                sends.send(2, true);
                subscription.poll(m -> fixture.world.region.reclaim(DIES));
                fixture.assertNothingOf(DIES, when);
                assertThat(sends.send(3, true)).as(when).isZero();
            });
            BroadcastFixture.Peer makes = fixture.peer(MAKES, view);
            happened = view.happened();
            fixture.assertEmptyAndWhole(makes, when);
            assertThat(fixture.audit(true, when).live).as(when).hasSize(1);
        }
    }
}
