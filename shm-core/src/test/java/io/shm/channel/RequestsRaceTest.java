package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.memory.InterruptedMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A requester or a server is stopped before each write of what it does, while another asks and serves as much as it can; then
 * it goes on. The other gets its answers meanwhile, each call has one answer, and all calls that there can be are had in the
 * end.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestsRaceTest {
    private final List<Answer> answers = new ArrayList<>();
    private final List<Long> served = new ArrayList<>();
    private RequestsFixture.Peer living;

    private interface Operation {
        void run(RequestsFixture.Peer victim);
    }

    /** What is there before; then the operation. */
    private interface Scene {
        Operation prepare(RequestsFixture.Peer calm);
    }

    private static long add(long value) {
        return value + 1000;
    }

    private void answer(RequestsFixture.Peer peer, Request request, boolean asBlock) {
        long value = request.message().getLong(0);
        served.add(value);
        if (asBlock) {
            request.reply(peer.block(add(value)));
        } else {
            request.reply(8, m -> m.putLong(0, add(value)));
        }
    }

    private Answer end(Call call, long value) {
        Answer answer = call.poll(m -> {
            assertThat(m.getLong(0)).isEqualTo(add(value));
            if (m.block() != null) {
                m.block().free();
            }
        });
        if (answer != null) {
            answers.add(answer);
        }
        return answer;
    }

    @Test
    void aServerThatIsStoppedAnywhereHoldsUpNobodyElse() {
        for (int kind = 0; kind < 4; kind++) {
            boolean asBlock = (kind & 1) != 0;
            boolean replyBlock = (kind & 2) != 0;
            stops(calm -> {
                Call call = living.ask(1, asBlock);
                finish = () -> assertThat(end(call, 1)).isEqualTo(Answer.REPLIED);
                return victim -> {
                    Request request = victim.requests.server().poll();
                    if (request != null) {
                        answer(victim, request, replyBlock);
                    }
                };
            });
        }
    }

    @Test
    void aServerThatIsStoppedWhileItsRequesterGivesUpFreesItAll() {
        for (int kind = 0; kind < 2; kind++) {
            boolean replyBlock = kind == 1;
            stops(calm -> {
                Call call = living.ask(1, true);
                meanwhile = call::close;
                finish = () -> assertThat(call.poll(m -> {})).isIn(Answer.TIMED_OUT, Answer.REPLIED, Answer.NO_SERVER);
                return victim -> {
                    Request request = victim.requests.server().poll();
                    if (request != null) {
                        answer(victim, request, replyBlock);
                    }
                };
            });
        }
    }

    @Test
    void aRequesterThatIsStoppedAnywhereHoldsUpNobodyElse() {
        for (int kind = 0; kind < 2; kind++) {
            boolean asBlock = kind == 1;
            stops(calm -> {
                List<Call> calls = new ArrayList<>();
                finish = () -> {
                    try (Server server = living.requests.server()) {
                        Request request = server.poll();
                        if (request != null) {
                            answer(living, request, true);
                        }
                    }
                    assertThat(end(calls.get(0), 1)).isEqualTo(Answer.REPLIED);
                };
                return victim -> calls.add(victim.ask(1, asBlock));
            });
        }
    }

    @Test
    void aRequesterThatIsStoppedAtItsEndHasOneAnswer() {
        for (int kind = 0; kind < 2; kind++) {
            boolean givesUp = kind == 1;
            stops(calm -> {
                Call[] call = new Call[1];
                Request[] request = new Request[1];
                Runnable answers = () -> {
                    if (request[0] != null) {
                        Request taken = request[0];
                        request[0] = null;
                        answer(living, taken, true);
                    }
                };
                meanwhile = answers;
                finish = answers;
                return victim -> {
                    call[0] = victim.ask(1, true);
                    request[0] = living.requests.server().poll();
                    if (givesUp) {
                        call[0].close();
                    } else {
                        end(call[0], 1);
                        if (request[0] != null) {
                            answers.run();
                            assertThat(end(call[0], 1)).isEqualTo(Answer.REPLIED);
                        }
                    }
                };
            });
        }
    }

    private Runnable meanwhile;
    private Runnable finish;

    private void stops(Scene scene) {
        boolean happened = true;
        for (long n = 1; happened; n++) {
            String when = "stopped at write " + n;
            answers.clear();
            served.clear();
            meanwhile = () -> {};
            finish = () -> {};
            RequestsFixture world = new RequestsFixture(512 << 10, RequestsOptions.calls(4));
            living = world.peer(2);
            RequestsFixture.Peer calm = world.peer(1);
            Operation operation = scene.prepare(calm);
            InterruptedMemory view = new InterruptedMemory(world.world.region.memory, n, () -> {
                meanwhile.run();
                othersGoOn(when);
            });
            RequestsFixture.Peer victim = world.peer(1, view);
            operation.run(victim);
            happened = view.happened();
            finish.run();
            assertThat(served).as("each once, %s", when).doesNotHaveDuplicates();
            world.world.region.memory.putLong(world.table().serversAt(0), 0);
            world.world.region.memory.putLong(world.table().serversAt(1), 0);
            world.assertEmptyAndWhole(living, when);
            world.audit(true, when);
        }
    }

    /** Three calls of the living one's own, which it also serves, twice. */
    private void othersGoOn(String when) {
        try (Server server = living.requests.server()) {
            for (int round = 0; round < 2; round++) {
                List<Call> calls = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Call call = living.ask(100 + 10L * round + i, i % 2 == 0);
                    assertThat(call).as("room for others, %s", when).isNotNull();
                    calls.add(call);
                }
                for (Request request = server.poll(); request != null; request = server.poll()) {
                    answer(living, request, round == 0);
                }
                for (int i = 0; i < 3; i++) {
                    assertThat(end(calls.get(i), 100 + 10L * round + i))
                            .as(when)
                            .isEqualTo(Answer.REPLIED);
                }
            }
        }
    }
}
