package io.shm.channel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.HeapFixture;
import io.shm.layout.CallWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.CallState;
import io.shm.memory.ArmedMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A requester or a server dies before the n-th write of what it does, for every n until that finishes, with all or some of
 * its last plain stores; then so does whoever reclaims it, before each of its writes; then another does it to the end. Each
 * call of a living requester has exactly one answer, nothing has the dead one's number, no block is left, and all calls that
 * there can be are had. Everybody sleeps, so that every wake-up is in danger, too.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestsCrashTest {
    private static final int SIZE = 512 << 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    private static final long ASKED = 40;
    private static final long REPLIED = 41;

    private static final RequestsOptions GONE = RequestsOptions.calls(2);
    private static final RequestsOptions AGAIN = GONE.redelivers();

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private RequestsFixture fixture;

    RequestsCrashTest() {
        System.out.println("RequestsCrashTest -Dshm.seed=" + seed);
    }

    /** What is there before the danger; then the operation. */
    private interface Scene {
        Runnable prepare(RequestsFixture.Peer victim, RequestsFixture.Peer living);
    }

    // ---------------------------------------------------------------- a requester dies

    @Test
    void asks() {
        for (boolean asBlock : new boolean[] {false, true}) {
            dies(GONE, (victim, living) -> () -> victim.ask(ASKED, asBlock));
        }
    }

    @Test
    void getsItsReply() {
        for (int kind = 0; kind < 4; kind++) {
            boolean blocks = (kind & 1) != 0;
            boolean replyBlock = (kind & 2) != 0;
            dies(GONE, (victim, living) -> {
                Call call = victim.ask(ASKED, blocks);
                try (Server server = living.requests.server()) {
                    answer(living, server.poll(), replyBlock);
                }
                return () -> call.poll(RequestsCrashTest::read);
            });
        }
    }

    @Test
    void givesUpBeforeAndAfterItsRequestIsTaken() {
        dies(GONE, (victim, living) -> {
            Call call = victim.ask(ASKED, true);
            return call::close;
        });
        dies(GONE, (victim, living) -> {
            Call call = victim.ask(ASKED, true);
            Request request = living.requests.server().poll();
            // Served on, whatever happens to the requester.
            later = () -> {
                assertThat(request.message().getLong(0)).isEqualTo(ASKED);
                assertThat(answer(living, request, true)).isFalse();
            };
            return call::close;
        });
    }

    @Test
    void isToldThatNobodyServes() {
        dies(GONE, (victim, living) -> {
            Call call = victim.ask(ASKED, true);
            return () -> call.poll(RequestsCrashTest::read);
        });
    }

    @Test
    void waitsForAnAnswerInVain() {
        dies(GONE, (victim, living) -> {
            living.requests.server();
            Call call = victim.requests.ask(victim.block(ASKED), 2, MILLISECONDS);
            return () ->
                    waits(() -> assertThat(call.await(RequestsCrashTest::read)).isEqualTo(Answer.TIMED_OUT));
        });
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    private static void waits(Wait wait) {
        try {
            wait.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---------------------------------------------------------------- a server dies

    @Test
    void waitsForARequestInVain() {
        dies(
                GONE,
                (victim, living) -> () -> waits(() -> {
                    try (Server server = victim.requests.server()) {
                        assertThat(server.receive(2, MILLISECONDS)).isNull();
                    }
                }));
    }

    @Test
    void serves() {
        for (RequestsOptions options : List.of(GONE, AGAIN)) {
            for (int kind = 0; kind < 4; kind++) {
                boolean blocks = (kind & 1) != 0;
                boolean replyBlock = (kind & 2) != 0;
                dies(options, (victim, living) -> {
                    Call call = living.ask(ASKED, blocks);
                    later = () -> finish(living, call, options.isRedelivering());
                    return () -> {
                        try (Server server = victim.requests.server()) {
                            Request request = server.poll();
                            assertThat(request.message().getLong(0)).isEqualTo(ASKED);
                            answer(victim, request, replyBlock);
                        }
                    };
                });
            }
        }
    }

    @Test
    void repliesWithTheBlockThatItWasAskedWith() {
        for (RequestsOptions options : List.of(GONE, AGAIN)) {
            dies(options, (victim, living) -> {
                Call call = living.ask(ASKED, true);
                Request request = victim.requests.server().poll();
                later = () -> finish(living, call, options.isRedelivering());
                return () -> {
                    Block block = request.takeBlock();
                    block.putLong(0, REPLIED);
                    request.reply(block);
                };
            });
        }
    }

    @Test
    void fails() {
        dies(GONE, (victim, living) -> {
            Call call = living.ask(ASKED, true);
            Request request = victim.requests.server().poll();
            later = () -> assertThat(call.poll(RequestsCrashTest::read)).isIn(Answer.FAILED, Answer.SERVER_DIED);
            return request::fail;
        });
    }

    @Test
    void repliesTooLate() {
        for (boolean asBlock : new boolean[] {false, true}) {
            dies(GONE, (victim, living) -> {
                Call call = living.ask(ASKED, true);
                Request request = victim.requests.server().poll();
                call.close();
                return () -> answer(victim, request, asBlock);
            });
        }
    }

    @Test
    void bothAreTheSameProcess() {
        dies(AGAIN, (victim, living) -> () -> {
            Call call = victim.ask(ASKED, true);
            answer(victim, victim.requests.server().poll(), true);
            call.poll(RequestsCrashTest::read);
        });
    }

    @Test
    void makesTheTable() {
        int room = new HeapFixture(SIZE).room(3000);
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            RequestsFixture made = new RequestsFixture(SIZE, GONE);
            ArmedMemory view = new ArmedMemory(made.world.region.memory);
            made.world.peer(VICTIM, view);
            view.arm(new LosingMemory(made.world.region.memory, n, random));
            finished = runs(() -> made.peer(VICTIM, view));
            made.world.region.reclaim(VICTIM);
            RequestsFixture.Peer living = made.peer(LIVING);
            made.assertEmptyAndWhole(living, "died at write " + n + ", seed=" + seed);
            living.cells.root("requests").take().free();
            made.world.region.reclaim(LIVING);
            assertThat(made.world.region.room(3000)).isEqualTo(room);
        }
    }

    // ---------------------------------------------------------------- the checks can fail

    /** What a mistaken line would do: which exchange of a word does not happen. */
    private interface Mistake {
        boolean leavesOut(long offset, long expected, long value);
    }

    private Mistake ofReclaimer = (offset, expected, value) -> false;
    private Mistake ofVictim = (offset, expected, value) -> false;

    @Test
    void theChecksCatchAReclaimerThatTellsNobodyOfADeadServer() {
        // It frees the entry, as if nobody waited.
        ofReclaimer = (offset, expected, value) -> {
            if (isOfCall(offset) && CallWord.state(value) == CallState.DIED.code()) {
                fixture.world.region.memory.putLong(
                        offset, CallWord.pack(CallState.FREE.code(), 0, 0, false, CallWord.number(value) + 1));
                return true;
            }
            return false;
        };
        assertThat(isCaught(this::serves)).isTrue();
    }

    @Test
    void theChecksCatchAReclaimerThatAsksAgainWithoutTheRequest() {
        // As it would be if nobody looked whether the dead server had taken the block.
        ofReclaimer = (offset, expected, value) -> {
            if (isOfCall(offset) && CallWord.state(value) == CallState.DIED.code()) {
                fixture.world.region.memory.putLong(
                        offset,
                        CallWord.pack(
                                CallState.ASKED.code(), CallWord.requester(value), 0, true, CallWord.number(value)));
                return true;
            }
            return false;
        };
        assertThat(isCaught(this::repliesWithTheBlockThatItWasAskedWith)).isTrue();
    }

    @Test
    void theChecksCatchAReclaimerThatFreesAnEntryWithItsBlocks() {
        ofReclaimer = (offset, expected, value) -> !isOfCall(offset) && isOfTable(offset) && value == 0;
        assertThat(isCaught(this::asks)).isTrue();
    }

    @Test
    void theChecksCatchARequesterThatFreesWhatAServerWorksOn() {
        ofVictim = (offset, expected, value) -> {
            if (isOfCall(offset) && CallWord.state(value) == CallState.ABANDONED.code()) {
                fixture.world.region.memory.putLong(
                        offset, CallWord.pack(CallState.FREE.code(), 0, 0, false, CallWord.number(value) + 1));
                return true;
            }
            return false;
        };
        assertThat(isCaught(this::givesUpBeforeAndAfterItsRequestIsTaken)).isTrue();
    }

    @Test
    void theChecksCatchAServerThatAnswersBeforeTheReplyIsThere() {
        ofVictim = (offset, expected, value) -> {
            if (isOfTable(offset) && !isOfCall(offset) && expected == 0 && value != 0) {
                // The cell of the reply: told of first, and put there afterwards.
                return true;
            }
            return false;
        };
        assertThat(isCaught(this::serves)).isTrue();
    }

    private boolean isOfTable(long offset) {
        long at = fixture.table().at();
        return offset >= at && offset < fixture.table().callAt(fixture.table().capacity());
    }

    private boolean isOfCall(long offset) {
        for (int i = 0; i < fixture.table().capacity(); i++) {
            if (offset == fixture.table().callAt(i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCaught(Runnable ladder) {
        try {
            ladder.run();
            return false;
        } catch (AssertionError | ShmException e) {
            return true;
        }
    }

    // ---------------------------------------------------------------- the loop

    /** What the living one does after the death and the reclaim. */
    private Runnable later;

    private static void read(Message reply) {
        assertThat(reply.getLong(0)).isEqualTo(REPLIED);
        if (reply.block() != null) {
            reply.block().free();
        }
    }

    private static boolean answer(RequestsFixture.Peer peer, Request request, boolean asBlock) {
        return asBlock ? request.reply(peer.block(REPLIED)) : request.reply(8, m -> m.putLong(0, REPLIED));
    }

    /** The call of a living requester whose server may have died: one answer, or another server has the whole request. */
    private void finish(RequestsFixture.Peer living, Call call, boolean again) {
        try (Server server = living.requests.server()) {
            Request request = server.poll();
            Answer answer = call.poll(RequestsCrashTest::read);
            if (request != null) {
                assertThat(answer).as("not answered and asked").isNull();
                assertThat(request.isRedelivered() && !again).isFalse();
                assertThat(request.message().getLong(0)).isEqualTo(ASKED);
                answer(living, request, true);
                answer = call.poll(RequestsCrashTest::read);
                assertThat(answer).isEqualTo(Answer.REPLIED);
            } else {
                assertThat(answer).isIn(Answer.REPLIED, Answer.SERVER_DIED);
            }
        }
    }

    private void dies(RequestsOptions options, Scene scene) {
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                finished = dies(options, scene, n, lost);
            }
        }
    }

    private boolean dies(RequestsOptions options, Scene scene, long n, Random lost) {
        String when = "died at write " + n + (lost == null ? "" : ", stores lost") + ", seed=" + seed;
        fixture = new RequestsFixture(SIZE, options);
        later = () -> {};
        RequestsFixture.Peer living = fixture.peer(LIVING);
        ArmedMemory view = new ArmedMemory(fixture.world.region.memory);
        RequestsFixture.Peer victim = fixture.peer(VICTIM, mistaken(view, ofVictim));
        Runnable operation = scene.prepare(victim, living);
        fixture.everybodySleeps();
        view.arm(new LosingMemory(fixture.world.region.memory, n, lost));
        boolean finished = runs(operation);
        fixture.audit(false, when);
        if (lost == null) {
            reclaimDyingEverywhere(when);
        } else {
            fixture.world
                    .region
                    .reclaim(mistaken(fixture.world.region.memory, ofReclaimer), false)
                    .reclaim(VICTIM - 1);
        }
        HeapFixture.Books books = fixture.audit(true, when);
        assertThat(books.owned[VICTIM]).as(when).isZero();
        fixture.assertNothingOf(VICTIM, when);
        for (BlockState halfDone : List.of(BlockState.PUB, BlockState.TAKE, BlockState.RESERVED)) {
            assertThat(books.blocks(halfDone)).as("%s, %s", halfDone, when).isZero();
        }
        later.run();
        // Servers that the scene has left open.
        fixture.world.region.memory.putLong(fixture.table().serversAt(LIVING - 1), 0);
        fixture.assertEmptyAndWhole(living, when);
        living.cells.root("requests").take().free();
        assertThat(fixture.audit(true, when).live).as(when).isEmpty();
        fixture.world.region.reclaim(LIVING);
        return finished;
    }

    private static SharedMemory mistaken(SharedMemory memory, Mistake mistake) {
        return new ForwardingMemory(memory) {
            @Override
            public boolean compareAndSetLong(long offset, long expected, long value) {
                // It believes that it has done it.
                return mistake.leavesOut(offset, expected, value) || super.compareAndSetLong(offset, expected, value);
            }
        };
    }

    private void reclaimDyingEverywhere(String when) {
        fixture.world.region.reclaimDyingEverywhere(
                VICTIM, dying -> mistaken(dying, ofReclaimer), death -> fixture.audit(false, when + ", " + death));
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
