package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.CellFixture;
import io.shm.channel.Answer;
import io.shm.channel.Broadcast;
import io.shm.channel.Call;
import io.shm.channel.Channel;
import io.shm.channel.Message;
import io.shm.channel.MessageWriter;
import io.shm.channel.Request;
import io.shm.channel.Requests;
import io.shm.channel.Server;
import io.shm.channel.Subscription;
import io.shm.error.UnavailableException;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.ChannelLayout;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.BlockType;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * One schedule of two to four participants that send, receive, ask, serve, tell and listen at random; one dies, another may
 * reap it meanwhile, one may be stopped. Each message has a value and its complement: who reads another, or half of one, says so.
 */
final class ChannelSchedule {
    private static final int SIZE = 448 << 10;
    private static final int CAPACITY = 2;
    private static final int CURATOR = 46;

    /** What a runner uses again and again. */
    static final class World {
        private final CellFixture cells = new CellFixture(SIZE);
        private final long[] handles = new long[3];
        /** Where each begins, and where it ends. */
        private final long[] places = new long[6];

        private final byte[] fresh;

        /** @param policy of the channel */
        World(int policy) {
            CellFixture.Peer curator = cells.peer(CURATOR);
            SharedMemory memory = cells.region.memory;
            Block channel = held(curator, "c", ChannelBlock.TYPE, ChannelLayout.bytesFor(CAPACITY));
            ChannelBlock.form(memory, channel.offset(), CAPACITY, policy);
            Block requests = held(curator, "r", RequestsBlock.TYPE, RequestsLayout.bytesFor(CAPACITY));
            RequestsBlock.form(memory, requests.offset(), CAPACITY, false);
            Block broadcast = held(curator, "b", BroadcastBlock.TYPE, BroadcastLayout.bytesFor(CAPACITY));
            BroadcastBlock.form(memory, broadcast.offset(), CAPACITY, false);
            handles[0] = channel.handle();
            handles[1] = requests.handle();
            handles[2] = broadcast.handle();
            int next = 0;
            for (Block block : List.of(channel, requests, broadcast)) {
                places[next++] = block.offset();
                places[next++] = block.offset() + block.size();
            }
            cells.region.reclaim(CURATOR);
            fresh = cells.region.bytes();
        }

        /** Whether a word is one of the channel, the requests or the broadcast. */
        boolean isWithin(long offset) {
            for (int i = 0; i < places.length; i += 2) {
                if (offset >= places[i] && offset < places[i + 1]) {
                    return true;
                }
            }
            return false;
        }

        private Block held(CellFixture.Peer curator, String root, BlockType type, long size) {
            int id = new Types(cells.region.memory, cells.region.map).idOf(type);
            Block block = curator.heap.tryAllocate(size, 0, 0, Heap.request(0, id));
            assertThat(curator.root(root).publish(block)).isTrue();
            return block;
        }
    }

    private final World world;
    private final Crew crew;
    private final Scheduler scheduler;
    private final SplittableRandom random;
    private final UnaryOperator<SharedMemory> mistake;
    private final List<Actor> actors = new ArrayList<>();
    /** Of dead ones that nobody has reaped to the end. */
    private final Set<Integer> unreaped = new HashSet<>();

    private final Set<Integer> beingReaped = new HashSet<>();
    private final Set<Long> received = new HashSet<>();
    private final Set<Long> served = new HashSet<>();
    private long values;
    int deaths;

    /** @param mistake a view with a deliberate mistake, of who works and of who reclaims */
    ChannelSchedule(World world, Crew crew, long seed, UnaryOperator<SharedMemory> mistake) {
        this.world = world;
        this.crew = crew;
        this.mistake = mistake;
        world.cells.region.restore(world.fresh);
        random = new SplittableRandom(seed);
        int count = 2 + random.nextInt(Crew.SIZE - 1);
        scheduler =
                new Scheduler(count, random.split(), actor -> actors.get(actor).drainSome());
        for (int i = 0; i < count; i++) {
            actors.add(new Actor(i, random.split()));
        }
        if (random.nextInt(8) > 0) {
            scheduler.dieIn(0, 1 + random.nextInt(1 << (6 + random.nextInt(9))));
        }
        if (count > 2 && random.nextInt(8) == 0) {
            scheduler.dieIn(1, 1 + random.nextInt(1 << (6 + random.nextInt(9))));
        }
        if (random.nextInt(4) == 0) {
            scheduler.stopIn(count - 1, 1 + random.nextInt(1 << (6 + random.nextInt(9))));
        }
    }

    void run() throws InterruptedException {
        crew.run(scheduler, actors.size(), number -> actors.get(number).live());
        check();
    }

    private void check() {
        for (int number : List.copyOf(unreaped)) {
            reap(number, world.cells.region.memory);
        }
        actors.stream().filter(actor -> !actor.dead).forEach(Actor::finish);
        Actor curator = new Actor(world.cells.region.memory);
        curator.receive(Integer.MAX_VALUE);
        try (Server server = curator.requests.server()) {
            assertThat(server.poll()).as("a request of nobody").isNull();
        }
        assertThat(curator.broadcast.subscribers()).isZero();
        assertThat(world.cells.audit(true, "in the end").live)
                .as("blocks in use")
                .hasSize(world.handles.length);
        // All room is there.
        for (int i = 0; i < 2 * CAPACITY; i++) {
            curator.sendSmall();
            curator.receive(1);
        }
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++) {
            calls.add(curator.requests.ask(16, writes(nextValue()), 1, TimeUnit.DAYS));
        }
        assertThat(calls).as("room for calls").doesNotContainNull();
        calls.forEach(Call::close);
        try (Subscription subscription = curator.broadcast.subscribe()) {
            for (int i = 0; i < 2 * CAPACITY; i++) {
                curator.tell(true);
                assertThat(subscription.poll(ChannelSchedule::read)).isTrue();
            }
        }
    }

    private void reap(int number, SharedMemory view) {
        world.cells.region.reclaim(view, false).reclaim(number);
        unreaped.remove(number);
    }

    private long nextValue() {
        return ++values;
    }

    private static MessageWriter writes(long value) {
        return m -> {
            m.putLong(0, value);
            m.putLong(8, ~value);
        };
    }

    private static long read(Message message) {
        long value = message.getLong(0);
        if (message.getLong(8) != ~value || value == 0) {
            throw new AssertionError(
                    "not as it was sent: " + Long.toHexString(value) + " and " + Long.toHexString(message.getLong(8)));
        }
        return value;
    }

    /** A participant. */
    private final class Actor {
        private final int number;
        private final SplittableRandom chance;
        private final StoreBuffer buffer;
        private final SharedMemory view;
        private Heap heap;
        private Channel channel;
        private Requests requests;
        private Broadcast broadcast;
        private final List<Call> calls = new ArrayList<>();
        private final List<Long> asked = new ArrayList<>();
        private final List<Request> working = new ArrayList<>();
        private final Set<Long> told = new HashSet<>();
        private Server server;
        private Subscription subscription;
        private boolean dead;

        Actor(int number, SplittableRandom chance) {
            this.number = number;
            this.chance = chance;
            this.buffer = new StoreBuffer(world.cells.region.memory, new int[] {0, 2, 8, 40}[chance.nextInt(4)]);
            this.view = mistake.apply(new ScheduledMemory(world.cells.region.memory, scheduler, number, buffer, true));
        }

        /** The one who looks in the end. */
        Actor(SharedMemory memory) {
            this.number = CURATOR - 1;
            this.chance = random.split();
            this.buffer = null;
            this.view = memory;
            join();
        }

        /** On its own thread, when it is its turn: that reads. */
        private void join() {
            heap = world.cells.region.heap(number + 1, view);
            channel = new Channel("c", view, world.cells.region.map, heap, heap.resolve(world.handles[0]));
            requests = new Requests("r", view, world.cells.region.map, heap, heap.resolve(world.handles[1]));
            broadcast = new Broadcast("b", view, world.cells.region.map, heap, heap.resolve(world.handles[2]));
        }

        void drainSome() {
            buffer.drainSome(chance);
        }

        void live() {
            try {
                join();
                for (int i = 4 + chance.nextInt(16); i > 0; i--) {
                    step();
                }
                // On the thread that has the roles.
                channel.resign();
                buffer.drain();
            } catch (Death death) {
                StoreBuffer.Loss[] losses = StoreBuffer.Loss.values();
                buffer.lose(losses[chance.nextInt(losses.length)], chance);
                dead = true;
                deaths++;
                unreaped.add(number);
            }
        }

        private void step() {
            switch (chance.nextInt(12)) {
                case 0 -> sendSmall();
                case 1 -> sendBlock();
                case 2, 3 -> receive(1);
                case 4 -> ask();
                case 5 -> poll();
                case 6 -> serve();
                case 7 -> answer();
                case 8 -> tell(chance.nextBoolean());
                case 9 -> listen();
                case 10 -> channel.resign();
                default -> reapOthers();
            }
        }

        private Block block(long value) {
            Block block = heap.tryAllocate(64, 0, 0, 0);
            if (block != null) {
                block.putLong(0, value);
                block.putLong(8, ~value);
            }
            return block;
        }

        void sendSmall() {
            if (mayTry(channel.hasOneSender(), channel::becomeSender)) {
                long value = nextValue();
                boolean another = chance.nextInt(4) == 0;
                channel.offer(16, m -> {
                    m.putLong(0, value);
                    if (another) {
                        channel.offer(16, writes(nextValue()));
                    }
                    m.putLong(8, ~value);
                });
            }
        }

        private boolean mayTry(boolean isForOne, BooleanSupplier role) {
            return !isForOne || role.getAsBoolean();
        }

        void sendBlock() {
            Block block = block(nextValue());
            if (block != null && !(mayTry(channel.hasOneSender(), channel::becomeSender) && channel.offer(block))) {
                block.free();
            }
        }

        void receive(int limit) {
            if (!mayTry(channel.hasOneReceiver(), channel::becomeReceiver)) {
                return;
            }
            channel.poll(
                    m -> {
                        if (!received.add(read(m))) {
                            throw new AssertionError("received twice: " + m);
                        }
                        if (m.block() != null) {
                            m.block().free();
                        }
                    },
                    limit);
        }

        private void ask() {
            if (calls.size() < CAPACITY) {
                long value = nextValue();
                Block block = chance.nextBoolean() ? block(value) : null;
                Call call = block == null
                        ? requests.ask(16, writes(value), 1, TimeUnit.DAYS)
                        : requests.ask(block, 1, TimeUnit.DAYS);
                if (call != null) {
                    calls.add(call);
                    asked.add(value);
                } else if (block != null) {
                    block.free();
                }
            }
        }

        private void poll() {
            if (!calls.isEmpty()) {
                int which = chance.nextInt(calls.size());
                Call call = calls.get(which);
                long value = asked.get(which);
                if (chance.nextInt(3) == 0) {
                    call.close();
                    remove(which);
                } else if (call.poll(m -> checkReply(m, value)) != null) {
                    remove(which);
                }
            }
        }

        private void checkReply(Message reply, long value) {
            if (read(reply) != -value) {
                throw new AssertionError("another one's reply: " + reply.getLong(0) + " to " + value);
            }
            if (reply.block() != null) {
                reply.block().free();
            }
        }

        private void remove(int which) {
            calls.remove(which);
            asked.remove(which);
        }

        private void serve() {
            if (server == null) {
                server = requests.server();
            }
            Request request = server.poll();
            if (request != null) {
                working.add(request);
            }
        }

        private void answer() {
            if (!working.isEmpty()) {
                Request request = working.remove(chance.nextInt(working.size()));
                long value = read(request.message());
                if (!served.add(value)) {
                    throw new AssertionError("served twice: " + value);
                }
                Block block = chance.nextBoolean() ? block(-value) : null;
                Block taken = chance.nextInt(3) == 0 ? request.takeBlock() : null;
                if (taken != null) {
                    taken.free();
                }
                if (block != null) {
                    request.reply(block);
                } else if (chance.nextInt(5) == 0) {
                    request.fail();
                } else {
                    request.reply(16, writes(-value));
                }
            }
        }

        void tell(boolean asBlock) {
            long value = nextValue();
            Block block = asBlock ? block(value) : null;
            try {
                if (block != null) {
                    broadcast.send(block, 0, TimeUnit.SECONDS);
                } else {
                    broadcast.send(16, writes(value), 0, TimeUnit.SECONDS);
                }
            } catch (UnavailableException kept) {
                // Both slots may be kept by others that are dead, or stopped in the middle of a message.
                if (block != null && block.isLive()) {
                    block.free();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private void listen() {
            if (subscription == null) {
                subscription = broadcast.subscribe();
                told.clear();
            } else if (chance.nextInt(6) == 0) {
                subscription.close();
                subscription = null;
            } else {
                subscription.poll(m -> {
                    if (!told.add(read(m))) {
                        throw new AssertionError("told twice: " + m);
                    }
                    // And it is there to the end.
                    read(m);
                });
            }
        }

        private void reapOthers() {
            for (int dying : List.copyOf(unreaped)) {
                if (beingReaped.add(dying)) {
                    try {
                        reap(dying, view);
                    } finally {
                        beingReaped.remove(dying);
                    }
                }
            }
        }

        /** What it has begun it ends. */
        void finish() {
            while (!working.isEmpty()) {
                answer();
            }
            for (int i = 0; i < calls.size(); i++) {
                Call call = calls.get(i);
                long value = asked.get(i);
                Answer answer = call.poll(m -> checkReply(m, value));
                if (answer == null) {
                    call.close();
                }
            }
            if (server != null) {
                server.close();
            }
            if (subscription != null) {
                subscription.close();
            }
            buffer.drain();
        }
    }
}
