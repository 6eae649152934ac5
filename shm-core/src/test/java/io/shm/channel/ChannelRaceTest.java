package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.memory.InterruptedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process is stopped before each write of an operation on a channel, while another sends and receives as much as it
 * can; then it goes on. The other finishes meanwhile, each message that was sent is received once, and the channel has all
 * its room in the end.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelRaceTest {
    private final List<Long> sent = new ArrayList<>();
    private final List<Long> received = new ArrayList<>();

    private interface Operation extends Consumer<ChannelFixture.Peer> {}

    @Test
    void aSenderThatIsStoppedAnywhereHoldsUpNobody() {
        for (int before : new int[] {0, 3, 4}) {
            stops(before, true, victim -> send(victim, 50, true));
            stops(before, true, victim -> send(victim, 50, false));
            stops(before, false, victim -> send(victim, 50, true));
            stops(before, false, victim -> send(victim, 50, false));
        }
    }

    @Test
    void aReceiverThatIsStoppedAnywhereHoldsUpNobody() {
        for (int before : new int[] {0, 3, 4}) {
            stops(before, true, this::receiveOne);
            stops(before, false, this::receiveOne);
        }
    }

    private void send(ChannelFixture.Peer peer, long value, boolean asBlock) {
        if (peer.send(value, asBlock)) {
            sent.add(value);
        }
    }

    private void receiveOne(ChannelFixture.Peer peer) {
        peer.channel.poll(m -> {
            received.add(m.getLong(0));
            if (m.block() != null) {
                m.block().free();
            }
        });
    }

    private void stops(int before, boolean blocks, Operation operation) {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = before + " before, " + (blocks ? "blocks" : "small ones") + ", stopped at write " + n;
            sent.clear();
            received.clear();
            ChannelFixture world = new ChannelFixture(768 << 10, ChannelOptions.capacity(4));
            ChannelFixture.Peer living = world.peer(2);
            world.peer(1);
            for (int i = 0; i < before; i++) {
                send(living, i, blocks);
            }
            InterruptedMemory view = new InterruptedMemory(world.world.region.memory, n, () -> {
                // Twice round, and full in between: whatever it has claimed or taken is met at its place again.
                for (int round = 0; round < 3; round++) {
                    received.addAll(living.drain());
                    int accepted = 0;
                    for (int i = 0; i < 5; i++) {
                        int already = sent.size();
                        send(living, 100 + 10 * round + i, i % 2 == 0);
                        accepted += sent.size() - already;
                    }
                    assertThat(accepted).as("room for others, %s", when).isGreaterThanOrEqualTo(3);
                }
                received.addAll(living.drain());
            });
            ChannelFixture.Peer victim = world.peer(1, view);
            operation.accept(victim);
            happened = view.happened();
            received.addAll(living.drain());
            assertThat(received).as(when).containsExactlyInAnyOrderElementsOf(sent);
            world.assertEmptyAndWhole(living, when);
            world.audit(true, when);
        }
    }
}
