package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.CellFixture;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.layout.CallLayout;
import io.shm.layout.CallWord;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.concurrent.TimeUnit;

/** A region on plain memory whose participants share one table of requests. */
public final class RequestsFixture {
    public final CellFixture world;
    private final RequestsOptions options;
    private RequestsBlock table;

    public RequestsFixture(int size, RequestsOptions options) {
        this.world = new CellFixture(size);
        this.options = options;
    }

    /** One participant, with the requests. */
    public final class Peer {
        public final CellFixture.Peer cells;
        public final Requests requests;

        Peer(int owner, SharedMemory view) {
            cells = world.peer(owner, view);
            Types types = new Types(view, world.region.map);
            Block block = cells.root("requests").getOrAllocate(() -> {
                Block fresh = cells.heap.tryAllocate(
                        RequestsLayout.bytesFor(options.slots()),
                        0,
                        0,
                        Heap.request(Requests.specOf(options).flags(), types.idOf(RequestsBlock.TYPE)));
                Requests.form(view, fresh, options);
                return fresh;
            });
            requests = new Requests("requests", view, world.region.map, cells.heap, block);
            table = RequestsBlock.of(world.region.memory, block.offset(), block.size());
        }

        public Block block(long value) {
            Block block = cells.allocate(100);
            block.putLong(0, value);
            return block;
        }

        /** Asks for a day; null where there is no room. */
        public Call ask(long value, boolean asBlock) {
            if (!asBlock) {
                return requests.ask(8, m -> m.putLong(0, value), 1, TimeUnit.DAYS);
            }
            Block block = block(value);
            Call call = requests.ask(block, 1, TimeUnit.DAYS);
            if (call == null) {
                block.free();
            }
            return call;
        }
    }

    public Peer peer(int owner) {
        return peer(owner, world.region.memory);
    }

    public Peer peer(int owner, SharedMemory view) {
        return new Peer(owner, view);
    }

    public RequestsBlock table() {
        return table;
    }

    public CallState state(int index) {
        return CallStates.of(world.region.memory.getLong(table.callAt(index)));
    }

    /** As if threads of a participant that is not looked at slept everywhere: whoever wakes has something to do. */
    public void everybodySleeps() {
        world.region.memory.putLong(table.at() + RequestsLayout.SERVER_WAITS_OFFSET, 9);
        world.region.memory.putLong(table.at() + RequestsLayout.ROOM_WAITS_OFFSET, 9);
        for (int i = 0; i < table.capacity(); i++) {
            world.region.memory.putLong(table.callAt(i) + CallLayout.WAITS_OFFSET, 9);
        }
    }

    /** No word of the table has an owner's number, and it serves no more. */
    public void assertNothingOf(int owner, String when) {
        SharedMemory memory = world.region.memory;
        for (int i = 0; i < table.capacity(); i++) {
            long word = memory.getLong(table.callAt(i));
            assertThat(CallStates.of(word)).as(when).isNotNull();
            assertThat(CallWord.requester(word)).as(when).isNotEqualTo(owner);
            assertThat(CallWord.server(word)).as(when).isNotEqualTo(owner);
        }
        assertThat(memory.getLong(table.serversAt(owner - 1))).as(when).isZero();
    }

    /** No call is under way, no cell holds anything, and all calls that there can be are had twice. */
    public void assertEmptyAndWhole(Peer living, String when) {
        SharedMemory memory = world.region.memory;
        for (int i = 0; i < table.capacity(); i++) {
            assertThat(state(i)).as("call %s, %s", i, when).isEqualTo(CallState.FREE);
            assertThat(memory.getLong(table.callAt(i) + CallLayout.REQUEST_OFFSET))
                    .as(when)
                    .isZero();
            assertThat(memory.getLong(table.callAt(i) + CallLayout.REPLY_OFFSET))
                    .as(when)
                    .isZero();
        }
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            assertThat(memory.getLong(table.serversAt(slot))).as(when).isZero();
        }
        try (Server server = living.requests.server()) {
            for (int round = 0; round < 2; round++) {
                callAll(living, server, when);
            }
        }
    }

    private void callAll(Peer living, Server server, String when) {
        Call[] calls = new Call[table.capacity()];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = living.ask(i, i % 2 == 0);
            assertThat(calls[i]).as("room for %s, %s", i, when).isNotNull();
        }
        assertThat(living.ask(9, false)).as("full, %s", when).isNull();
        for (int i = 0; i < calls.length; i++) {
            Request request = server.poll();
            long value = request.message().getLong(0);
            assertThat(request.isRedelivered()).as(when).isFalse();
            assertThat(request.reply(8, m -> m.putLong(0, value + 1))).as(when).isTrue();
        }
        assertThat(server.poll()).as(when).isNull();
        long[] sum = new long[1];
        for (Call call : calls) {
            assertThat(call.poll(m -> sum[0] += m.getLong(0))).as(when).isEqualTo(Answer.REPLIED);
        }
        assertThat(sum[0]).as(when).isEqualTo(calls.length * (calls.length + 1) / 2);
    }

    public HeapFixture.Books audit(boolean quiet, String when) {
        return world.audit(quiet, when);
    }
}
