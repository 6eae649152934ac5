package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.channel.Channel;
import io.shm.channel.ChannelOptions;
import io.shm.channel.WaitStrategy;
import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels of whole regions, with threads that wait in the kernel. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelIT {
    private static final int MESSAGES = 20_000;

    @Test
    void manySendersAndReceiversLoseNothingAndKeepEachSendersOrder() throws InterruptedException {
        try (Region region = Region.create(RegionOptions.anonymous().size(16 << 20));
                Region other = Region.attach(region.reference())) {
            Channel sending = region.channel("c", 64);
            Channel receiving = other.channel("c", 64);
            ConcurrentHashMap<Long, Integer> seen = new ConcurrentHashMap<>();
            AtomicInteger outOfOrder = new AtomicInteger();
            AtomicInteger left = new AtomicInteger(2 * MESSAGES);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failed = new ArrayList<>();
            for (int s = 0; s < 2; s++) {
                long sender = s;
                threads.add(new Thread(() -> {
                    for (long i = 0; i < MESSAGES; i++) {
                        send(region, sending, sender << 32 | i, i % 3 == 0);
                    }
                }));
            }
            for (int r = 0; r < 2; r++) {
                threads.add(new Thread(() -> {
                    long[] last = {-1, -1};
                    while (left.get() > 0) {
                        receive(receiving, last, seen, outOfOrder, left);
                    }
                }));
            }
            threads.forEach(thread -> thread.setUncaughtExceptionHandler((t, e) -> {
                synchronized (failed) {
                    failed.add(e);
                }
                left.set(0);
            }));
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failed).isEmpty();
            assertThat(seen).hasSize(2 * MESSAGES);
            assertThat(seen.values()).containsOnly(1);
            assertThat(outOfOrder.get()).isZero();
            assertThat(receiving.size()).isZero();
        }
    }

    @Test
    void oneSenderAndOneReceiverWaitForEachOtherAndLoseNothing() throws Exception {
        ChannelOptions options = ChannelOptions.capacity(4).oneSender().oneReceiver();
        try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20));
                Region other = Region.attach(region.reference())) {
            Channel sending = region.channel("c", options);
            Channel receiving = other.channel("c", options).waiting(WaitStrategy.BLOCKING);
            CompletableFuture<List<Long>> received = CompletableFuture.supplyAsync(() -> {
                List<Long> values = new ArrayList<>();
                while (values.size() < MESSAGES) {
                    receiveOne(receiving, values);
                }
                return values;
            });
            for (long i = 0; i < MESSAGES; i++) {
                send(region, sending, i, i % 7 == 0);
            }
            assertThat(received.get())
                    .isEqualTo(LongStream.range(0, MESSAGES).boxed().toList());
            assertThatThrownBy(() -> other.channel("c", 4))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is for 4 messages, one sender and one receiver");
            assertThatThrownBy(() -> other.channel("c", options.redelivers()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not deliver again");
        }
    }

    private static void receiveOne(Channel channel, List<Long> values) {
        try {
            channel.receive(
                    m -> {
                        values.add(m.getLong(0));
                        if (m.block() != null) {
                            m.block().free();
                        }
                    },
                    1,
                    TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(Region region, Channel channel, long value, boolean asBlock) {
        try {
            if (asBlock) {
                Block block = region.allocate(200);
                block.putLong(0, value);
                assertThat(channel.send(block, 1, TimeUnit.MINUTES)).isTrue();
            } else {
                assertThat(channel.send(8, m -> m.putLong(0, value), 1, TimeUnit.MINUTES))
                        .isTrue();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void receive(
            Channel channel,
            long[] last,
            ConcurrentHashMap<Long, Integer> seen,
            AtomicInteger outOfOrder,
            AtomicInteger left) {
        try {
            channel.receive(
                    m -> {
                        long value = m.getLong(0);
                        int sender = (int) (value >>> 32);
                        seen.merge(value, 1, Integer::sum);
                        left.decrementAndGet();
                        if ((int) value <= last[sender]) {
                            outOfOrder.incrementAndGet();
                        }
                        last[sender] = (int) value;
                        if (m.block() != null) {
                            m.block().free();
                        }
                    },
                    20,
                    TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void blocksInAChannelAreNoLeaksAndBreakNoRule() {
        try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20))) {
            Channel channel = region.channel("c", 8);
            for (int i = 0; i < 5; i++) {
                channel.offer(region.allocate(64));
                channel.poll(m -> {
                    if (m.block() != null) {
                        m.block().free();
                    }
                });
                channel.offer(region.allocate(100));
                channel.offer(8, m -> m.putLong(0, 1));
            }
            try (Inspector inspector = Inspector.open(region.reference())) {
                assertThat(inspector.leaks().leaks()).isEmpty();
                assertThat(inspector.verify().broken()).isEmpty();
            }
        }
    }

    @Test
    void whatOneThatLeavesHadNotFinishedIsDeliveredToAnother() {
        try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20))) {
            Channel channel = region.channel("c", ChannelOptions.capacity(8).redelivers());
            for (long i = 0; i < 3; i++) {
                Block block = region.allocate(64);
                block.putLong(0, i);
                channel.offer(block);
            }
            try (Region other = Region.attach(region.reference())) {
                Channel same = other.channel("c", ChannelOptions.capacity(8).redelivers());
                same.poll().free();
                same.poll();
                assertThat(same.acknowledge(same.poll())).isTrue();
            }
            List<String> seen = new ArrayList<>();
            channel.poll(
                    m -> {
                        seen.add(m.getLong(0) + " " + m.isRedelivered());
                        m.block().free();
                    },
                    10);
            assertThat(seen).containsExactly("1 true");
        }
    }

    @Test
    void aChannelIsOneOfItsOptions() {
        try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20))) {
            region.channel("c", 8);
            assertThatThrownBy(() -> region.channel("c", 16)).hasMessageContaining("same options");
            region.array("a", 3);
            assertThatThrownBy(() -> region.channel("a", 8)).hasMessageContaining("something else than a channel");
            assertThatThrownBy(() -> region.channel("d", 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
