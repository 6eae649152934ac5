package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.channel.Answer;
import io.shm.channel.Broadcast;
import io.shm.channel.BroadcastOptions;
import io.shm.channel.Channel;
import io.shm.channel.ChannelOptions;
import io.shm.channel.Message;
import io.shm.channel.MessageWriter;
import io.shm.channel.Request;
import io.shm.channel.Requests;
import io.shm.channel.RequestsOptions;
import io.shm.channel.Server;
import io.shm.channel.Subscription;
import io.shm.heap.Block;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a process does with a channel, a table of requests and a broadcast that it shares with others. Each message has a value
 * twice, once turned round: a half-written one, or one that was written over, shows.
 */
final class ChannelWork {
    final Channel channel;
    /** With one sender and one receiver, whoever is it at the time. */
    final Channel lane;

    final Requests requests;
    final Broadcast broadcast;
    private final Region region;

    ChannelWork(Region region) {
        this.region = region;
        channel = region.channel("c", ChannelOptions.capacity(8).redelivers());
        lane = region.channel(
                "l", ChannelOptions.capacity(8).oneSender().oneReceiver().redelivers());
        requests = region.requests("r", RequestsOptions.calls(8).redelivers());
        broadcast = region.broadcast("b", BroadcastOptions.capacity(8));
    }

    private static MessageWriter writes(long value) {
        return m -> {
            m.putLong(0, value);
            m.putLong(8, ~value);
        };
    }

    private Block block(long value) {
        Block block = region.allocate(200);
        block.putLong(0, value);
        block.putLong(8, ~value);
        return block;
    }

    private static long read(Message message) {
        long value = message.getLong(0);
        assertThat(message.getLong(8)).as("the second half of a message").isEqualTo(~value);
        return value;
    }

    void send(SplittableRandom random) throws InterruptedException {
        send(channel, random);
    }

    /** Where another is the sender, nothing; sometimes it is one no more. */
    void sendAlone(SplittableRandom random) throws InterruptedException {
        if (lane.becomeSender()) {
            send(lane, random);
            if (random.nextInt(20) == 0) {
                lane.resign();
            }
        }
    }

    void receiveAlone(SplittableRandom random, int timeoutMs) throws InterruptedException {
        if (lane.becomeReceiver()) {
            receive(lane, timeoutMs);
            if (random.nextInt(20) == 0) {
                lane.resign();
            }
        }
    }

    private void send(Channel channel, SplittableRandom random) throws InterruptedException {
        long value = random.nextLong();
        if (random.nextBoolean()) {
            channel.send(16, writes(value), 5, TimeUnit.MILLISECONDS);
        } else {
            Block block = block(value);
            if (!channel.send(block, 5, TimeUnit.MILLISECONDS)) {
                block.free();
            }
        }
    }

    boolean receive(int timeoutMs) throws InterruptedException {
        return receive(channel, timeoutMs);
    }

    static boolean receive(Channel channel, int timeoutMs) throws InterruptedException {
        return channel.receive(
                m -> {
                    read(m);
                    if (m.block() != null) {
                        m.block().free();
                    }
                },
                timeoutMs,
                TimeUnit.MILLISECONDS);
    }

    Answer call(SplittableRandom random) throws InterruptedException {
        long value = random.nextLong();
        int timeout = random.nextInt(50);
        return random.nextBoolean()
                ? requests.call(16, writes(value), m -> checkReply(m, value), timeout, TimeUnit.MILLISECONDS)
                : requests.call(block(value), m -> checkReply(m, value), timeout, TimeUnit.MILLISECONDS);
    }

    private static void checkReply(Message reply, long value) {
        assertThat(read(reply)).as("whose reply").isEqualTo(value + 1);
        if (reply.block() != null) {
            reply.block().free();
        }
    }

    void serve(Server server, SplittableRandom random, int timeoutMs) throws InterruptedException {
        server.serve(request -> reply(request, random), timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void reply(Request request, SplittableRandom random) {
        long value = read(request.message()) + 1;
        switch (random.nextInt(4)) {
            case 0 -> request.reply(block(value));
            case 1 -> {
                Block mine = request.takeBlock();
                if (mine == null) {
                    request.reply(16, writes(value));
                } else {
                    mine.putLong(0, value);
                    mine.putLong(8, ~value);
                    request.reply(mine);
                }
            }
            default -> request.reply(16, writes(value));
        }
    }

    void tell(SplittableRandom random) throws InterruptedException {
        long value = random.nextLong();
        if (random.nextBoolean()) {
            broadcast.send(16, writes(value), random.nextInt(3), TimeUnit.MILLISECONDS);
        } else {
            broadcast.send(block(value), random.nextInt(3), TimeUnit.MILLISECONDS);
        }
    }

    /** Subscribes, gets some messages, and leaves. */
    void listen(SplittableRandom random) throws InterruptedException {
        try (Subscription subscription = broadcast.subscribe()) {
            for (int i = random.nextInt(60); i > 0; i--) {
                subscription.receive(ChannelWork::read, 5, TimeUnit.MILLISECONDS);
            }
        }
    }
}
