package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.CorruptRegionException;
import io.shm.error.ShmException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.layout.CallLayout;
import io.shm.layout.CallWord;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.CallState;
import io.shm.ledger.RequestsBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestsTest {
    private final RequestsFixture world = new RequestsFixture(768 << 10, RequestsOptions.calls(4));
    private final RequestsFixture.Peer one = world.peer(1);
    private final RequestsFixture.Peer two = world.peer(2);

    private final List<Long> replies = new ArrayList<>();

    private void note(Message reply) {
        replies.add(reply.getLong(0));
        if (reply.block() != null) {
            reply.block().free();
        }
    }

    @Test
    void eachCallHasItsOwnReplyWhateverTheirOrder() {
        try (Server server = two.requests.server()) {
            Call first = one.ask(10, false);
            Call second = one.ask(20, true);
            assertThat(first.poll(this::note)).isNull();
            Request a = server.poll();
            Request b = server.poll();
            assertThat(server.poll()).isNull();
            assertThat(b.message().getLong(0)).isEqualTo(20);
            assertThat(b.block().size()).isEqualTo(100);
            assertThat(b.reply(two.block(21))).isTrue();
            assertThat(a.reply(8, m -> m.putLong(0, 11))).isTrue();
            assertThat(first.poll(this::note)).isEqualTo(Answer.REPLIED);
            assertThat(second.poll(this::note)).isEqualTo(Answer.REPLIED);
            assertThat(second.poll(this::note)).as("asked again").isEqualTo(Answer.REPLIED);
            assertThat(replies).containsExactly(11L, 21L);
        }
        world.assertEmptyAndWhole(one, "after two calls");
        world.audit(true, "after two calls");
    }

    @Test
    void theBlockOfARequestMayBeTheReply() {
        try (Server server = two.requests.server()) {
            Call call = one.ask(10, true);
            Request request = server.poll();
            Block block = request.takeBlock();
            assertThat(request.takeBlock()).isNull();
            block.putLong(0, block.getLong(0) + 1);
            assertThat(request.reply(block)).isTrue();
            assertThat(call.poll(this::note)).isEqualTo(Answer.REPLIED);
            assertThat(replies).containsExactly(11L);
        }
        world.assertEmptyAndWhole(one, "after an echo");
    }

    @Test
    void aRequestIsForOneServerAndAReplyForOneCall() {
        try (Server server = two.requests.server()) {
            one.ask(1, false);
            Request request = server.poll();
            assertThat(request.reply(0, m -> {})).isTrue();
            assertThatThrownBy(() -> request.reply(0, m -> {})).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(request::message).isInstanceOf(IllegalStateException.class);
            request.close();
        }
    }

    @Test
    void nobodyServesIsToldAtOnce() throws InterruptedException {
        assertThat(one.requests.isServed()).isFalse();
        assertThat(one.requests.call(8, m -> m.putLong(0, 1), this::note, 1, TimeUnit.DAYS))
                .isEqualTo(Answer.NO_SERVER);
        assertThat(one.requests.call(one.block(1), this::note, 1, TimeUnit.DAYS))
                .isEqualTo(Answer.NO_SERVER);
        Server server = two.requests.server();
        Call call = one.ask(1, true);
        assertThat(call.poll(this::note)).isNull();
        server.close();
        server.close();
        assertThat(call.poll(this::note)).isEqualTo(Answer.NO_SERVER);
        world.assertEmptyAndWhole(one, "after nobody served");
    }

    @Test
    void aDeadlinePassesAndALateReplyIsFreedByItsServer() throws InterruptedException {
        try (Server server = two.requests.server()) {
            assertThat(one.requests.call(one.block(1), this::note, 0, TimeUnit.SECONDS))
                    .isEqualTo(Answer.TIMED_OUT);
            assertThat(server.poll()).as("was taken back").isNull();
            Call call = one.ask(2, true);
            Request request = server.poll();
            assertThat(request.isAbandoned()).isFalse();
            call.close();
            assertThat(call.poll(this::note)).isEqualTo(Answer.TIMED_OUT);
            assertThat(request.isAbandoned()).isTrue();
            assertThat(request.message().getLong(0))
                    .as("still there to be read")
                    .isEqualTo(2);
            assertThat(request.reply(two.block(3))).isFalse();
            assertThat(replies).isEmpty();
        }
        world.assertEmptyAndWhole(one, "after a late reply");
        assertThat(world.audit(true, "after a late reply").live).hasSize(1);
    }

    @Test
    void aRequesterThatDoesNotWantItsReplyFreesIt() {
        try (Server server = two.requests.server()) {
            Call call = one.ask(2, true);
            server.poll().reply(two.block(3));
            call.close();
        }
        world.assertEmptyAndWhole(one, "after close");
        assertThat(world.audit(true, "after close").live).hasSize(1);
    }

    @Test
    void aHandlerThatThrowsOrSaysNothingHasFailed() throws InterruptedException {
        try (Server server = two.requests.server()) {
            Call silent = one.ask(1, true);
            assertThat(server.serve(request -> {}, 0, TimeUnit.SECONDS)).isTrue();
            assertThat(silent.poll(this::note)).isEqualTo(Answer.FAILED);
            Call thrown = one.ask(1, false);
            assertThatThrownBy(() -> server.serve(
                            request -> request.reply(8, m -> {
                                throw new IllegalArgumentException("no");
                            }),
                            0,
                            TimeUnit.SECONDS))
                    .hasMessage("no");
            assertThat(thrown.poll(this::note)).isEqualTo(Answer.FAILED);
        }
        world.assertEmptyAndWhole(one, "after failures");
    }

    @Test
    void aWriterThatThrowsAsksNothing() {
        assertThatThrownBy(() -> one.requests.ask(
                        8,
                        m -> {
                            throw new IllegalArgumentException("no");
                        },
                        1,
                        TimeUnit.DAYS))
                .hasMessage("no");
        assertThatThrownBy(() -> one.requests.ask(113, m -> {}, 1, TimeUnit.DAYS))
                .isInstanceOf(IllegalArgumentException.class);
        Block freed = one.block(1);
        freed.free();
        assertThatThrownBy(() -> one.requests.ask(freed, 1, TimeUnit.DAYS)).isInstanceOf(StaleHandleException.class);
        world.assertEmptyAndWhole(one, "after misuse");
    }

    @Test
    void noMoreCallsAreUnderWayThanThereAreEntries() throws InterruptedException {
        try (Server server = two.requests.server()) {
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(one.ask(i, i % 2 == 0));
            }
            Block block = one.block(9);
            assertThat(one.requests.ask(block, 1, TimeUnit.DAYS)).isNull();
            assertThat(block.isLive()).isTrue();
            assertThat(one.requests.call(block, this::note, 0, TimeUnit.SECONDS))
                    .isEqualTo(Answer.BUSY);
            assertThat(block.isLive()).isFalse();
            AtomicReference<Answer> answer = new AtomicReference<>();
            Thread waits = new Thread(() -> answer.set(call(1)));
            waits.start();
            while (calls.size() < 5) {
                server.serve(request -> request.reply(8, m -> m.putLong(0, 7)), 1, TimeUnit.SECONDS);
                for (Call call : List.copyOf(calls)) {
                    call.poll(m -> calls.add(call));
                }
            }
            while (answer.get() == null) {
                server.serve(request -> request.reply(8, m -> m.putLong(0, 7)), 1, TimeUnit.MILLISECONDS);
                calls.forEach(call -> call.poll(m -> {}));
            }
            waits.join();
            assertThat(answer.get()).isEqualTo(Answer.REPLIED);
            calls.forEach(Call::close);
        }
        world.assertEmptyAndWhole(one, "after a full table");
    }

    private Answer call(long value) {
        try {
            return one.requests.call(8, m -> m.putLong(0, value), m -> {}, 1, TimeUnit.DAYS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyStrategyWaits() throws InterruptedException {
        for (WaitStrategy strategy : WaitStrategy.values()) {
            Thread serves = new Thread(() -> {
                try (Server server = two.requests.waiting(strategy).server()) {
                    server.serve(
                            request -> request.reply(
                                    8, m -> m.putLong(0, request.message().getLong(0) + 1)),
                            1,
                            TimeUnit.DAYS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            serves.start();
            while (!one.requests.isServed()) {
                Thread.onSpinWait();
            }
            assertThat(one.requests
                            .waiting(strategy)
                            .call(8, m -> m.putLong(0, 1), this::note, Long.MAX_VALUE, TimeUnit.DAYS))
                    .isEqualTo(Answer.REPLIED);
            serves.join();
        }
        assertThat(replies).containsOnly(2L).hasSize(4);
    }

    @Test
    void anInterruptGivesTheCallUp() throws InterruptedException {
        try (Server server = two.requests.server()) {
            AtomicReference<Throwable> ended = new AtomicReference<>();
            Thread asks = new Thread(() -> {
                try {
                    one.requests.call(one.block(1), this::note, 1, TimeUnit.DAYS);
                } catch (Throwable e) {
                    ended.set(e);
                }
            });
            asks.start();
            Request request = server.receive(1, TimeUnit.DAYS);
            asks.interrupt();
            asks.join();
            assertThat(ended.get()).isInstanceOf(InterruptedException.class);
            assertThat(request.fail()).isFalse();
        }
        world.assertEmptyAndWhole(one, "after an interrupt");
    }

    @Test
    void aDeadServersCallIsAnsweredAndADeadRequestersReplyIsFreed() {
        two.requests.server();
        Call call = one.ask(1, true);
        two.requests.server().poll();
        assertThat(call.poll(this::note)).isNull();
        world.world.region.reclaim(2);
        assertThat(call.poll(this::note)).isEqualTo(Answer.SERVER_DIED);
        RequestsFixture.Peer three = world.peer(3);
        try (Server server = three.requests.server()) {
            one.ask(1, true);
            Request request = server.poll();
            world.world.region.reclaim(1);
            assertThat(request.reply(three.block(5))).isFalse();
        }
        world.assertEmptyAndWhole(three, "after both deaths");
        assertThat(world.audit(true, "after both deaths").live).hasSize(1);
    }

    @Test
    void aRequestIsRedeliveredUnlessItsServerHasTakenItsBlock() {
        RequestsFixture again =
                new RequestsFixture(768 << 10, RequestsOptions.calls(4).redelivers());
        RequestsFixture.Peer requester = again.peer(1);
        RequestsFixture.Peer dies = again.peer(2);
        RequestsFixture.Peer serves = again.peer(3);
        Call small = requester.ask(1, false);
        Call block = requester.ask(2, true);
        Call taken = requester.ask(3, true);
        Server server = dies.requests.server();
        server.poll();
        server.poll();
        server.poll().takeBlock();
        again.world.region.reclaim(2);
        assertThat(taken.poll(this::note)).isEqualTo(Answer.SERVER_DIED);
        assertThat(small.poll(this::note)).as("waits for a server").isNull();
        try (Server other = serves.requests.server()) {
            for (long value = 1; value < 3; value++) {
                Request request = other.poll();
                assertThat(request.isRedelivered()).isTrue();
                assertThat(request.message().getLong(0)).isEqualTo(value);
                assertThat(request.reply(8, m -> m.putLong(0, request.message().getLong(0) + 10)))
                        .isTrue();
            }
        }
        assertThat(small.poll(this::note)).isEqualTo(Answer.REPLIED);
        assertThat(block.poll(this::note)).isEqualTo(Answer.REPLIED);
        assertThat(replies).containsExactly(11L, 12L);
        again.assertEmptyAndWhole(requester, "after a second delivery");
    }

    /** Neither 0 nor a block: a handle of none, and a word without a generation. */
    private static final long[] NO_BLOCKS = {0x1234_5678_9abcL << 4, 7};

    @Test
    void aDamagedCellIsToldOnceAndCostsNoEntry() {
        for (long damage : NO_BLOCKS) {
            for (int offset : new int[] {CallLayout.REQUEST_OFFSET, CallLayout.REPLY_OFFSET}) {
                world.world.region.memory.putLong(nextAt() + offset, damage);
                assertThatThrownBy(() -> one.ask(1, false)).isInstanceOf(CorruptRegionException.class);
                world.world.region.memory.putLong(nextAt() + offset, damage);
                Block block = one.block(1);
                assertThatThrownBy(() -> one.requests.ask(block, 1, TimeUnit.DAYS))
                        .isInstanceOf(CorruptRegionException.class);
                block.free();
                world.assertEmptyAndWhole(one, "after damaged cells");
                long at = nextAt();
                Call call = one.ask(1, false);
                world.world.region.memory.putLong(at + offset, damage);
                assertThatThrownBy(call::close).isInstanceOf(CorruptRegionException.class);
                world.assertEmptyAndWhole(one, "after a damaged cell of a call that was given up");
            }
        }
    }

    /** Of the entry that is asked with next. */
    private long nextAt() {
        long tail = world.world.region.memory.getLong(world.table().at() + RequestsLayout.TAIL_OFFSET);
        return world.table().callAt((int) tail & 3);
    }

    @Test
    void whereTheBlockOfARequestIsGoneItsServerIsToldSo() {
        try (Server server = two.requests.server()) {
            for (long damage : new long[] {0, NO_BLOCKS[0], NO_BLOCKS[1]}) {
                long at = nextAt();
                Call call = one.ask(1, true);
                world.world.region.memory.putLong(at + CallLayout.REQUEST_OFFSET, damage);
                Request request = server.poll();
                assertThatThrownBy(request::message).isInstanceOf(CorruptRegionException.class);
                world.world.region.memory.putLong(at + CallLayout.REQUEST_OFFSET, 0);
                request.close();
                assertThat(call.poll(this::note)).isEqualTo(Answer.FAILED);
            }
        }
        world.assertEmptyAndWhole(one, "after requests without their blocks");
    }

    @Test
    void aBlockThatWasTakenIsTheOneThatIsRead() {
        try (Server server = two.requests.server()) {
            Call call = one.ask(10, true);
            Request request = server.poll();
            Block block = request.takeBlock();
            assertThat(request.takeBlock()).isNull();
            assertThat(request.block()).isSameAs(block);
            assertThat(request.message().getLong(0)).isEqualTo(10);
            request.reply(block);
            assertThat(call.poll(this::note)).isEqualTo(Answer.REPLIED);
        }
    }

    @Test
    void aReplyThatTheHandlerNeverGotIsNone() {
        try (Server server = two.requests.server()) {
            for (long damage : new long[] {0, NO_BLOCKS[0], NO_BLOCKS[1]}) {
                long at = nextAt();
                Call call = one.ask(1, false);
                server.poll().reply(two.block(2));
                world.world.region.memory.putLong(at + CallLayout.REPLY_OFFSET, damage);
                assertThatThrownBy(() -> call.poll(this::note)).isInstanceOf(CorruptRegionException.class);
                assertThat(call.poll(this::note)).isEqualTo(Answer.FAILED);
            }
        }
        assertThat(replies).isEmpty();
        world.assertEmptyAndWhole(one, "after replies without their blocks");
    }

    @Test
    void whoAnswersAnEntryThatWasRepairedEndsNoOtherCall() {
        RequestsFixture single = new RequestsFixture(768 << 10, RequestsOptions.calls(1));
        RequestsFixture.Peer requester = single.peer(1);
        RequestsFixture.Peer serves = single.peer(2);
        try (Server server = serves.requests.server()) {
            requester.ask(1, true);
            Request old = server.poll();
            long at = single.table().callAt(0);
            // As a repair leaves it that found the word damaged.
            long number = CallWord.number(single.world.region.memory.getLong(at)) + 1;
            single.world.region.memory.putLong(at, CallWord.pack(CallState.FREE.code(), 0, 0, false, number));
            Call call = requester.ask(2, true);
            Request next = server.poll();
            call.close();
            assertThatThrownBy(() -> old.fail()).isInstanceOf(CorruptRegionException.class);
            assertThat(single.state(0)).isEqualTo(CallState.ABANDONED);
            assertThat(next.message().getLong(0)).isEqualTo(2);
            assertThat(next.fail()).isFalse();
        }
        single.assertEmptyAndWhole(requester, "after an answer to nobody");
    }

    @Test
    void anInterruptIsNotLostThoughTheCallCannotBeGivenUpInGoodOrder() {
        try (Server server = two.requests.server()) {
            long at = nextAt();
            Call call = one.ask(1, false);
            world.world.region.memory.putLong(at + CallLayout.REQUEST_OFFSET, NO_BLOCKS[0]);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> call.await(this::note))
                    .isInstanceOf(InterruptedException.class)
                    .satisfies(e ->
                            assertThat(e.getSuppressed()).singleElement().isInstanceOf(CorruptRegionException.class));
            assertThat(Thread.interrupted()).isFalse();
            assertThat(server.poll()).isNull();
        }
        world.assertEmptyAndWhole(one, "after an interrupt of a damaged call");
    }

    /** Any bits in the table's own words: every call ends, with a result or an exception of the toolkit's own. */
    @Test
    void survivesAnyBitsInItsBlock() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("RequestsTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            RequestsFixture damaged = new RequestsFixture(
                    512 << 10,
                    random.nextBoolean()
                            ? RequestsOptions.calls(4)
                            : RequestsOptions.calls(4).redelivers());
            RequestsFixture.Peer peer = damaged.peer(1);
            RequestsFixture.Peer other = damaged.peer(2);
            List<Call> calls = new ArrayList<>();
            List<Request> requests = new ArrayList<>();
            Server server = other.requests.server();
            for (int i = 0; i < 3; i++) {
                calls.add(peer.ask(i, random.nextBoolean()));
            }
            requests.add(server.poll());
            damage(damaged, random);
            for (int i = 0; i < 6; i++) {
                ends(() -> calls.add(peer.ask(1, random.nextBoolean())));
                ends(() -> requests.add(server.poll()));
            }
            for (Request request : requests) {
                if (request != null) {
                    ends(() -> request.message().getLong(0));
                    ends(() -> request.reply(other.block(3)));
                    ends(request::close);
                }
            }
            for (Call call : calls) {
                if (call != null) {
                    ends(() -> call.poll(m -> m.getLong(0)));
                    ends(call::close);
                }
            }
            ends(() -> damaged.world.region.reclaim(1));
            ends(() -> damaged.world.region.reclaim(2));
        }
    }

    private static void damage(RequestsFixture damaged, Random random) {
        RequestsBlock table = damaged.table();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            long at = random.nextInt(4) == 0
                    ? table.at() + 8L * random.nextInt(RequestsLayout.LENGTH / 8)
                    : table.callAt(random.nextInt(4))
                            + (random.nextBoolean()
                                    ? 8L * random.nextInt(6)
                                    : CallLayout.REPLY_OFFSET + 8L * random.nextInt(2));
            long valid = CallWord.pack(
                    1 + random.nextInt(CallState.values().length),
                    random.nextInt(4),
                    random.nextInt(4),
                    random.nextBoolean(),
                    random.nextInt(3));
            // A word that there can be, -1 as a size that stands for a block, a cell's word that names no block.
            long[] words = {random.nextLong(), random.nextLong(), valid, valid, -1, 1 + random.nextInt(200)};
            damaged.world.region.memory.putLong(at, words[random.nextInt(words.length)]);
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
