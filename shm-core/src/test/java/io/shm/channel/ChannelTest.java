package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.ShmException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.layout.ChannelLayout;
import io.shm.ledger.BlockStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.memory.InterruptedReads;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelTest {
    private final ChannelFixture world = new ChannelFixture(768 << 10, ChannelOptions.capacity(4));
    private final ChannelFixture.Peer one = world.peer(1);
    private final ChannelFixture.Peer two = world.peer(2);

    @Test
    void passesBlocksInTheirOrderToANewOwner() {
        Block sent = one.block(7);
        long handle = sent.handle();
        assertThat(one.channel.offer(sent)).isTrue();
        assertThat(one.channel.offer(one.block(8))).isTrue();
        assertThat(two.channel.size()).isEqualTo(2);
        Block received = two.channel.poll();
        assertThat(received.getLong(0)).isEqualTo(7);
        assertThat(received.handle()).isNotEqualTo(handle);
        assertThatThrownBy(sent::free).isInstanceOf(StaleHandleException.class);
        received.free();
        two.channel.poll().free();
        assertThat(two.channel.poll()).isNull();
        world.audit(true, "empty");
    }

    /** A receiver that has looked whether the channel is there is stopped after each of its reads while another frees it; the first finds it freed. */
    @Test
    void aChannelThatIsFreedLeavesItsMessagesBehindWithTheirLaps() {
        int received = 0;
        int left = 0;
        boolean happened = true;
        for (int n = 0; happened; n++) {
            ChannelFixture fresh = new ChannelFixture(768 << 10, ChannelOptions.capacity(4));
            ChannelFixture.Peer owner = fresh.peer(1);
            Block sent = owner.block(7);
            long at = sent.offset();
            assertThat(owner.channel.offer(sent)).isTrue();
            LedgerScan scan = new LedgerScan(fresh.world.region.memory, fresh.world.region.map);
            Runnable frees = () -> owner.cells.root("channel").take().free();
            InterruptedReads stopped = new InterruptedReads(fresh.world.region.memory, n, offset -> true, frees);
            ChannelFixture.Peer receiver = fresh.peer(2, stopped);
            if (n == 0) {
                frees.run();
            }
            stopped.arm();
            Block message = null;
            try {
                message = receiver.channel.poll();
            } catch (StaleHandleException gone) {
                assertThat(gone).hasMessageContaining("is gone");
            }
            happened = stopped.happened();
            RecordView record = scan.blockAt(at);
            if (message != null) {
                assertThat(record.action()).as("stopped after read %d", n).isEqualTo(BlockStates.TAKEN);
                assertThat(message.getLong(0)).isEqualTo(7);
                received++;
            } else {
                assertThat(record.action()).as("stopped after read %d", n).isEqualTo(BlockStates.QUEUE_FREED);
                assertThat(record.changedBy()).isEqualTo(1);
                assertThat(record.changedSite()).isZero();
                // Another channel in its place: what its cells hold says nothing of the former one's messages.
                fresh.peer(1);
                for (int i = 0; i < 20; i++) {
                    owner.cells.heap.lookForDamage();
                }
                left++;
            }
            assertThat(new FaultLog(fresh.world.region.memory, fresh.world.region.map).read())
                    .as("stopped after read %d", n)
                    .isEmpty();
        }
        assertThat(received).as("messages that came all the same").isGreaterThan(1);
        assertThat(left).as("messages left behind").isPositive();
    }

    @Test
    void refusesABlockWhereItIsFullAndLeavesItWithItsOwner() {
        for (int i = 0; i < 4; i++) {
            assertThat(one.send(i, true)).isTrue();
        }
        Block more = one.block(9);
        assertThat(one.channel.offer(more)).isFalse();
        assertThat(more.isLive()).isTrue();
        more.free();
        assertThat(two.drain()).containsExactly(0L, 1L, 2L, 3L);
        world.assertEmptyAndWhole(one, "drained");
    }

    @Test
    void passesSmallMessagesOfEveryLength() {
        for (int length = 0; length <= Channel.INLINE_BYTES; length++) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (length + i);
            }
            assertThat(one.channel.offer(bytes, 0, length)).isTrue();
            AtomicReference<byte[]> received = new AtomicReference<>();
            assertThat(two.channel.poll(m -> received.set(m.toBytes()))).isTrue();
            assertThat(received.get()).isEqualTo(bytes);
        }
        assertThatThrownBy(() -> one.channel.offer(new byte[200], 0, Channel.INLINE_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("112");
    }

    @Test
    void mixesBothKindsInTheirOrder() {
        for (int round = 0; round < 100; round++) {
            one.send(round, round % 3 == 0);
            one.send(1000 + round, round % 2 == 0);
            assertThat(two.drain()).containsExactly((long) round, 1000L + round);
        }
        world.assertEmptyAndWhole(two, "after 100 rounds");
    }

    @Test
    void aMessageThatIsNoBlockStaysForWhoCanReadIt() {
        one.send(5, false);
        assertThatThrownBy(() -> two.channel.poll()).isInstanceOf(IllegalStateException.class);
        assertThat(two.drain()).containsExactly(5L);
    }

    @Test
    void aWriterThatThrowsSendsNothingAndAHandlerThatThrowsHasHadIt() {
        ChannelOptions options = ChannelOptions.capacity(4);
        for (ChannelOptions some : List.of(options, options.oneSender().oneReceiver())) {
            ChannelFixture channels = new ChannelFixture(768 << 10, some);
            ChannelFixture.Peer sender = channels.peer(1);
            ChannelFixture.Peer receiver = channels.peer(2);
            assertThatThrownBy(() -> sender.channel.offer(8, m -> {
                        throw new IllegalArgumentException("no");
                    }))
                    .hasMessage("no");
            assertThat(receiver.drain()).isEmpty();
            sender.send(1, false);
            assertThatThrownBy(() -> receiver.channel.poll(m -> {
                        throw new IllegalArgumentException("neither");
                    }))
                    .hasMessage("neither");
            assertThat(receiver.drain()).isEmpty();
            sender.channel.resign();
            receiver.channel.resign();
            channels.assertEmptyAndWhole(sender, "after both");
        }
    }

    @Test
    void aMessageIsBoundedAndNotWrittenByItsReader() {
        assertThatThrownBy(() -> one.channel.offer(8, m -> m.putLong(1, 0)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        one.send(1, false);
        assertThatThrownBy(() -> two.channel.poll(m -> m.putLong(0, 0))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aHandlerMaySendAndReceive() {
        one.send(1, false);
        one.send(2, false);
        List<Long> seen = new ArrayList<>();
        two.channel.poll(outer -> {
            two.channel.poll(inner -> seen.add(inner.getLong(0)));
            two.channel.offer(8, m -> m.putLong(0, 3));
            seen.add(outer.getLong(0));
        });
        assertThat(seen).containsExactly(2L, 1L);
        assertThat(one.drain()).containsExactly(3L);
    }

    @Test
    void refusesAStaleBlock() {
        Block block = one.block(1);
        block.free();
        assertThatThrownBy(() -> one.channel.offer(block)).isInstanceOf(StaleHandleException.class);
        world.assertEmptyAndWhole(one, "after the refusal");
    }

    @Test
    void aChannelWhoseBlockIsGoneIsRefused() {
        one.cells.root("channel").take().free();
        assertThatThrownBy(() -> two.channel.poll())
                .isInstanceOf(StaleHandleException.class)
                .hasMessageContaining("'channel' is gone");
    }

    @Test
    void receivesInTimeOrNot() throws InterruptedException {
        assertThat(two.channel.receive(1, TimeUnit.MILLISECONDS)).isNull();
        for (WaitStrategy strategy : WaitStrategy.values()) {
            Channel waiting = two.channel.waiting(strategy);
            Thread sender = new Thread(() -> one.send(1, true));
            sender.start();
            Block received = waiting.receive(Long.MAX_VALUE, TimeUnit.DAYS);
            assertThat(received.getLong(0)).isEqualTo(1);
            received.free();
            sender.join();
        }
    }

    @Test
    void aMessageThatIsBeingReadIsRoomAsSoonAsItWasRead() {
        for (int i = 0; i < 4; i++) {
            one.send(i, false);
        }
        for (int round = 0; round < 10; round++) {
            assertThat(two.channel.poll(m ->
                            assertThat(one.channel.offer(new byte[8], 0, 8)).isFalse()))
                    .isTrue();
            assertThat(one.channel.offer(new byte[8], 0, 8)).isTrue();
        }
        assertThat(two.drain()).hasSize(4);
    }

    @Test
    void sendsOnceThereIsRoom() throws InterruptedException {
        for (WaitStrategy strategy : WaitStrategy.values()) {
            for (int i = 0; i < 4; i++) {
                one.send(i, false);
            }
            Thread receiver = new Thread(() -> two.channel.poll(m -> {}));
            receiver.start();
            assertThat(one.channel.waiting(strategy).send(new byte[8], 0, 8, 1, TimeUnit.DAYS))
                    .isTrue();
            receiver.join();
            assertThat(two.drain()).hasSize(4);
        }
    }

    @Test
    void anInterruptEndsAWait() throws InterruptedException {
        AtomicReference<Throwable> ended = new AtomicReference<>();
        Thread receiver = new Thread(() -> {
            try {
                two.channel.receive(1, TimeUnit.DAYS);
            } catch (Throwable e) {
                ended.set(e);
            }
        });
        receiver.start();
        receiver.interrupt();
        receiver.join();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void hintsThatAreWrongStrandNothing() throws InterruptedException {
        long at = world.channel().at();
        SharedMemory memory = world.world.region.memory;
        long[] wrong = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 5, 4, 6, 1 << 20, 1L << 40, 77777};
        for (long head : wrong) {
            for (long tail : wrong) {
                one.send(1, true);
                one.send(2, false);
                memory.putLong(at + ChannelLayout.HEAD_OFFSET, head);
                memory.putLong(at + ChannelLayout.TAIL_OFFSET, tail);
                String when = "head=" + head + " tail=" + tail;
                List<Long> seen = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    assertThat(two.channel.receive(
                                    m -> {
                                        seen.add(m.getLong(0));
                                        if (m.block() != null) {
                                            m.block().free();
                                        }
                                    },
                                    10,
                                    TimeUnit.SECONDS))
                            .as(when)
                            .isTrue();
                }
                assertThat(seen).as(when).containsExactly(1L, 2L);
                assertThat(one.send(3, false)).as(when).isTrue();
                assertThat(two.channel.receive(m -> {}, 10, TimeUnit.SECONDS))
                        .as(when)
                        .isTrue();
            }
        }
    }

    @Test
    void theLapsComeRound() {
        long at = world.channel().at();
        SharedMemory memory = world.world.region.memory;
        // All cells just before the last lap of 2^21, and hints that say so.
        int lap = (1 << 21) - 2;
        for (int i = 0; i < 4; i++) {
            memory.putLong(world.channel().cellAt(i), io.shm.ledger.QueueStates.empty(lap));
        }
        memory.putLong(at + ChannelLayout.HEAD_OFFSET, 4L * lap);
        memory.putLong(at + ChannelLayout.TAIL_OFFSET, 4L * lap);
        for (long i = 0; i < 40; i++) {
            assertThat(one.send(i, i % 2 == 0)).isTrue();
            assertThat(one.send(i, i % 3 == 0)).isTrue();
            assertThat(two.drain()).containsExactly(i, i);
        }
        world.assertEmptyAndWhole(one, "after the wrap");
    }

    @Test
    void aFirstCellThatIsBehindTheOthersDoesNotHideWhatIsInThem() {
        for (long i = 0; i < 7; i++) {
            one.send(i, false);
            assertThat(two.drain()).containsExactly(i);
        }
        one.send(7, false);
        one.send(8, false);
        one.send(9, false);
        ChannelBlock channel = world.channel();
        SharedMemory memory = world.world.region.memory;
        // As a repair leaves a cell, and with hints that name no position that was ever filled.
        memory.putLong(channel.cellAt(0), 0);
        memory.putLong(channel.at() + ChannelLayout.HEAD_OFFSET, 1000);
        memory.putLong(channel.at() + ChannelLayout.TAIL_OFFSET, 1000);
        assertThat(two.drain()).as("up to the cell that was damaged").containsExactly(7L);
        for (long i = 10; i < 13; i++) {
            assertThat(one.send(i, false)).isTrue();
        }
        assertThat(two.drain()).containsExactly(9L, 10L, 11L, 12L);
    }

    /** Any bits in the channel's own words: every call ends, with a result or an exception of the toolkit's own. */
    @Test
    void survivesAnyBitsInItsBlock() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("ChannelTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            ChannelOptions options = ChannelOptions.capacity(4);
            ChannelFixture damaged = new ChannelFixture(
                    512 << 10, round % 2 == 0 ? options : options.oneSender().oneReceiver());
            ChannelFixture.Peer peer = damaged.peer(1);
            for (int i = 0; i < 3; i++) {
                peer.send(i, random.nextBoolean());
            }
            ChannelBlock channel = damaged.channel();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                long at = random.nextBoolean()
                        ? channel.cellAt(random.nextInt(4)) + 8L * random.nextInt(2)
                        : channel.at() + 8L * random.nextInt(ChannelLayout.LENGTH / 8);
                long word = random.nextInt(3) == 0 ? random.nextLong() : (long) random.nextInt(1 << 30) << 34;
                damaged.world.region.memory.putLong(at, word);
            }
            for (int i = 0; i < 6; i++) {
                boolean asBlock = random.nextBoolean();
                ends(() -> peer.send(9, asBlock));
                ends(() -> peer.drain());
            }
            ends(() -> damaged.world.region.reclaim(1));
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
