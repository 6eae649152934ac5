package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.channel.Answer;
import io.shm.channel.Call;
import io.shm.channel.Message;
import io.shm.channel.Request;
import io.shm.channel.Requests;
import io.shm.channel.RequestsOptions;
import io.shm.channel.Server;
import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of whole regions, with threads that wait in the kernel. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestsIT {
    private static final int CALLS = 3_000;

    @Test
    void manyRequestersAndServersGiveEachCallItsOwnReply() throws InterruptedException {
        try (Region region = Region.create(RegionOptions.anonymous().size(16 << 20));
                Region other = Region.attach(region.reference())) {
            Requests asks = region.requests("double", 8);
            Requests serves = other.requests("double", 8);
            AtomicInteger right = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            List<Throwable> failed = new ArrayList<>();
            List<Thread> servers = new ArrayList<>();
            List<Thread> requesters = new ArrayList<>();
            for (int s = 0; s < 2; s++) {
                servers.add(new Thread(() -> serve(other, serves, over)));
            }
            for (int r = 0; r < 3; r++) {
                long from = (long) r * CALLS;
                requesters.add(new Thread(() -> ask(region, asks, from, right)));
            }
            List<Thread> all = new ArrayList<>(servers);
            all.addAll(requesters);
            all.forEach(thread -> thread.setUncaughtExceptionHandler((t, e) -> {
                synchronized (failed) {
                    failed.add(e);
                }
            }));
            servers.forEach(Thread::start);
            while (!asks.isServed()) {
                Thread.onSpinWait();
            }
            requesters.forEach(Thread::start);
            for (Thread thread : requesters) {
                thread.join();
            }
            over.set(true);
            for (Thread thread : servers) {
                thread.join();
            }
            assertThat(failed).isEmpty();
            assertThat(right.get()).isEqualTo(3 * CALLS);
            region.root("double").take().free();
            try (Inspector inspector = Inspector.open(region.reference())) {
                assertThat(inspector.picture().blocks()).isZero();
                assertThat(inspector.verify().broken()).isEmpty();
            }
        }
    }

    private static void serve(Region region, Requests requests, AtomicBoolean over) {
        try (Server server = requests.server()) {
            while (!over.get()) {
                server.serve(request -> reply(region, request), 20, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void reply(Region region, Request request) {
        long value = request.message().getLong(0);
        if (value % 5 == 0) {
            Block block = region.allocate(300);
            block.putLong(0, 2 * value);
            assertThat(request.reply(block)).isTrue();
        } else {
            assertThat(request.reply(8, m -> m.putLong(0, 2 * value))).isTrue();
        }
    }

    private static void ask(Region region, Requests requests, long from, AtomicInteger right) {
        try {
            for (long i = from; i < from + CALLS; i++) {
                long value = i;
                Answer answer;
                if (i % 3 == 0) {
                    Block block = region.allocate(200);
                    block.putLong(0, value);
                    answer = requests.call(block, m -> check(m, value, right), 1, TimeUnit.MINUTES);
                } else {
                    answer = requests.call(
                            8, m -> m.putLong(0, value), m -> check(m, value, right), 1, TimeUnit.MINUTES);
                }
                assertThat(answer).isEqualTo(Answer.REPLIED);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(Message reply, long value, AtomicInteger right) {
        right.addAndGet(reply.getLong(0) == 2 * value ? 1 : 0);
        if (reply.block() != null) {
            reply.block().free();
        }
    }

    @Test
    void aServerThatLeavesIsToldOfAndItsRequestGoesToAnotherWhereThatIsAskedFor() throws InterruptedException {
        for (boolean again : new boolean[] {false, true}) {
            RequestsOptions options = again ? RequestsOptions.calls(4).redelivers() : RequestsOptions.calls(4);
            try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20))) {
                Requests requests = region.requests("r", options);
                Server stays = requests.server();
                Block block = region.allocate(100);
                block.putLong(0, 7);
                Call call = requests.ask(block, 1, TimeUnit.DAYS);
                try (Region other = Region.attach(region.reference())) {
                    Server leaves = other.requests("r", options).server();
                    assertThat(leaves.receive(1, TimeUnit.DAYS).message().getLong(0))
                            .isEqualTo(7);
                }
                if (again) {
                    stays.serve(
                            request -> request.reply(8, m -> m.putLong(0, request.isRedelivered() ? 1 : 0)),
                            1,
                            TimeUnit.DAYS);
                }
                Answer answer = call.await(m -> assertThat(m.getLong(0)).isEqualTo(1));
                assertThat(answer).isEqualTo(again ? Answer.REPLIED : Answer.SERVER_DIED);
                stays.close();
                region.root("r").take().free();
                try (Inspector inspector = Inspector.open(region.reference())) {
                    assertThat(inspector.picture().blocks()).isZero();
                }
            }
        }
    }

    @Test
    void requestsAreOfTheirOptions() {
        try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20))) {
            region.requests("r", 8);
            assertThatThrownBy(() -> region.requests("r", 16)).hasMessageContaining("same options");
            region.channel("c", 3);
            assertThatThrownBy(() -> region.requests("c", 8)).hasMessageContaining("something else than requests");
            assertThatThrownBy(() -> region.requests("d", 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
