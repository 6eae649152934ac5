package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.shm.cell.CellArray;
import io.shm.cell.CellSpace;
import io.shm.cell.Hold;
import io.shm.cell.Participation;
import io.shm.cell.Roots;
import io.shm.cell.Slot;
import io.shm.channel.Answer;
import io.shm.channel.Broadcast;
import io.shm.channel.Call;
import io.shm.channel.Channel;
import io.shm.channel.Request;
import io.shm.channel.Requests;
import io.shm.channel.Server;
import io.shm.channel.Subscription;
import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.heap.Reclaim;
import io.shm.inspect.Inspector;
import io.shm.inspect.RegionAudit;
import io.shm.inspect.Source;
import io.shm.inspect.Verifier;
import io.shm.ladder.Ladder;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.ChannelLayout;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.HoldersWord;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.ProcessLayout;
import io.shm.layout.QueueWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.layout.SiteLayout;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockType;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.CallStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.QueueStates;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.RootNames;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.SubscriptionStates;
import io.shm.ledger.Types;
import io.shm.memory.LimitedMemory;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Level 7: a region with blocks in every state that blocks have, its words overwritten at random, with bits flipped, with
 * ones, and with words that look right. Then everything that there is is done to it: no exception but the project's own,
 * no endless loop. And how much of the damage a verification finds, field by field.
 */
class RegionHostileTest {
    private static final int SIZE = 4 << 20;
    private static final BlockType NODE = BlockType.of("node").cell(0).cell(16);
    private static final int ROUNDS = Ladder.size("damages", 150, 10_000);
    /** A damage in the way of each field is verified at once: of the 21 fields so many each. */
    private static final int DAMAGES_OF_A_FIELD = Math.max(40, Math.min(ROUNDS / 2, 1000));
    /** Whatever the sizes are, a call that does not end fails by name. */
    private static final Duration PATIENCE = Duration.ofSeconds(240 + ROUNDS);

    /** Far more than all that is done in a round needs. */
    private static final long MOST_WRITES = 3_000_000;

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private SplittableRandom random = new SplittableRandom(seed);
    private final HeapFixture region =
            new HeapFixture(SIZE, new PoolSpec("packet", 100, 50, true), new PoolSpec("report", 20_000, 4, false));
    private final List<Long> handles = new ArrayList<>();
    private final int packet = region.tags.idOf("packet");
    private final int budgeted = region.tags.idOf("budgeted");
    private final Types types = new Types(region.memory, region.map);
    private final List<String> names = new ArrayList<>();
    /** Where blocks with cells lie. */
    private final List<Long> cellAreas = new ArrayList<>();

    private final byte[] sound;

    RegionHostileTest() {
        System.out.println("RegionHostileTest -Dshm.seed=" + seed);
        region.tags.setBudget(budgeted, 1 << 20);
        populate(region.heap(3), true);
        region.reclaim(region.memory, true).reclaim(2);
        RegionAudit.vacate(region.memory, 3);
        Heap first = region.heap(1);
        populate(first, false);
        populate(region.heap(2), false);
        populateCells(first);
        inEveryState();
        channels();
        sound = region.bytes();
        assertThat(RegionAudit.broken(region.memory, region.map)).isEmpty();
    }

    private void populate(Heap heap, boolean few) {
        int site = new Sites(region.memory, region.map).idOf(Site.of("A", "b", "A.java", 1));
        for (int i = 0; i < (few ? 20 : 60); i++) {
            long size = i == 7 ? 150_000 : i == 13 ? 20_000 : 1 + i % 4 * 700;
            int tag = i % 3 == 0 ? packet : i % 3 == 1 ? budgeted : 0;
            int flags = i % 5 == 0 ? BlockSpec.of(1).secret().flags() : 0;
            Block block = heap.tryAllocate(tag == packet ? 100 : size, tag, site, flags);
            if (block != null && i % 6 == 1) {
                block.free();
            } else if (block != null) {
                handles.add(block.handle());
            }
        }
        heap.flush();
    }

    private CellSpace space(SharedMemory memory, Heap heap) {
        return new CellSpace(memory, region.map, heap, new Sites(memory, region.map));
    }

    /** Names of roots that are not those which the states below are put into. */
    private List<String> rootNames(Roots roots, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; names.size() < count; i++) {
            if (roots.get("root" + i).offset() > RootNames.cellAt(region.map, BlockState.values().length)) {
                names.add("root" + i);
            }
        }
        return names;
    }

    /** Blocks in cells of blocks in cells, a shared one, and an array. */
    private void populateCells(Heap heap) {
        CellSpace space = space(region.memory, heap);
        Roots roots = new Roots(space, region.memory, region.map);
        names.addAll(rootNames(roots, 4));
        Block outer = node(heap);
        Block inner = node(heap);
        space.slot(inner, 0).publish(heap.tryAllocate(50, 0, 0, 0));
        space.slot(outer, 0).publish(inner);
        space.slot(outer, 16).share(heap.tryAllocate(60, 0, 0, 0)).close();
        roots.get(names.get(0)).publish(outer);
        roots.get(names.get(1)).share(node(heap));
        roots.get(names.get(2)).publish(heap.tryAllocate(70, 0, 0, 0));
        Block array = heap.tryAllocate(80, 0, 0, Heap.request(0, types.idOf(CellArray.TYPE)));
        roots.get(names.get(3)).publish(array);
        new CellArray(space, roots.get(names.get(3)).get()).append(node(heap));
        for (Block block : List.of(outer, inner, array)) {
            handles.add(0, block.handle());
            cellAreas.add(block.offset());
        }
    }

    private Block node(Heap heap) {
        return heap.tryAllocate(100, 0, 0, Heap.request(0, types.idOf(NODE)));
    }

    /** As the words would be if their owners were stopped in the middle, with the cells that belong to them. */
    private void inEveryState() {
        int root = 1;
        for (BlockState state : List.of(
                BlockState.PUB,
                BlockState.HELD,
                BlockState.TAKE,
                BlockState.PUBS,
                BlockState.SHARED,
                BlockState.OFFER,
                BlockState.QUARANTINE)) {
            long handle = handles.get(handles.size() - root);
            long recordAt = recordAt(handle);
            long word = region.memory.getLong(recordAt);
            long generation = StateWord.generation(word);
            long cell = RootNames.cellAt(region.map, root++);
            boolean owned = state == BlockState.PUB
                    || state == BlockState.TAKE
                    || state == BlockState.PUBS
                    || state == BlockState.OFFER;
            region.memory.putLong(
                    recordAt + RecordLayout.CELL_OFFSET, state == BlockState.OFFER ? 1L << 63 | 1L << 32 : cell);
            if (state == BlockState.HELD || state == BlockState.SHARED) {
                region.memory.putLong(cell, handle);
            }
            if (state == BlockState.SHARED) {
                region.memory.putLong(recordAt + RecordLayout.CHANGED_OFFSET, HoldersWord.pack(generation, true, 1));
            }
            region.memory.putLong(
                    recordAt, StateWord.pack(state.code(), owned ? StateWord.owner(word) : 0, generation));
        }
    }

    private long channelHandle;
    private long requestsHandle;
    private long broadcastHandle;
    /** Where their payloads lie, and how many bytes they are. */
    private final Map<Long, Long> channelsAt = new TreeMap<>();

    /** A channel, requests and a broadcast, with messages in every state. */
    private void channels() {
        Heap heap = region.heap(1);
        CellSpace space = new CellSpace(region.memory, region.map, heap, new Sites(region.memory, region.map));
        Roots roots = new Roots(space, region.memory, region.map);
        Heap other = region.heap(2);
        channelHandle = held(heap, roots, "c", ChannelBlock.TYPE, ChannelLayout.bytesFor(8));
        requestsHandle = held(heap, roots, "r", RequestsBlock.TYPE, RequestsLayout.bytesFor(8));
        broadcastHandle = held(heap, roots, "b", BroadcastBlock.TYPE, BroadcastLayout.bytesFor(8));
        ChannelBlock.form(region.memory, heap.resolve(channelHandle).offset(), 8, ChannelBlock.AGAIN);
        RequestsBlock.form(region.memory, heap.resolve(requestsHandle).offset(), 8, true);
        BroadcastBlock.form(region.memory, heap.resolve(broadcastHandle).offset(), 8, false);
        Channel channel = channel(region.memory, heap);
        Requests requests = requests(region.memory, heap);
        Broadcast broadcast = broadcast(region.memory, heap);
        Subscription subscription = broadcast.subscribe();
        broadcast(region.memory, other).subscribe();
        Server server = requests(region.memory, other).server();
        for (int i = 0; i < 6; i++) {
            Block block = heap.tryAllocate(100, 0, 0, 0);
            if (i % 2 == 0) {
                assertThat(channel.offer(block)).isTrue();
                assertThat(requests.ask(heap.tryAllocate(50, 0, 0, 0), 1, TimeUnit.DAYS))
                        .isNotNull();
                send(broadcast, heap.tryAllocate(70, 0, 0, 0));
            } else {
                block.free();
                channel.offer(8, m -> m.putLong(0, 1));
                assertThat(requests.ask(8, m -> m.putLong(0, 1), 1, TimeUnit.DAYS))
                        .isNotNull();
            }
        }
        channel(region.memory, other).poll();
        server.poll().reply(other.tryAllocate(60, 0, 0, 0));
        server.poll();
        subscription.poll(m -> {});
    }

    private static void send(Broadcast broadcast, Block block) {
        try {
            broadcast.send(block, 0, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long held(Heap heap, Roots roots, String name, BlockType type, long size) {
        int id = new Types(region.memory, region.map).idOf(type);
        Block block = heap.tryAllocate(size, 0, 0, Heap.request(0, id));
        channelsAt.put(block.offset(), size);
        assertThat(roots.get(name).publish(block)).isTrue();
        return block.handle();
    }

    private Channel channel(SharedMemory memory, Heap heap) {
        return new Channel("c", memory, region.map, heap, resolved(heap, channelHandle));
    }

    private Requests requests(SharedMemory memory, Heap heap) {
        return new Requests("r", memory, region.map, heap, resolved(heap, requestsHandle));
    }

    private Broadcast broadcast(SharedMemory memory, Heap heap) {
        return new Broadcast("b", memory, region.map, heap, resolved(heap, broadcastHandle));
    }

    private static Block resolved(Heap heap, long handle) {
        Block block = heap.resolve(handle);
        if (block == null) {
            throw new IllegalStateException("gone");
        }
        return block;
    }

    private static Block small(Heap heap) {
        Block block = heap.tryAllocate(40, 0, 0, 0);
        if (block == null) {
            throw new IllegalStateException("no room");
        }
        return block;
    }

    private void useChannels(SharedMemory memory, Heap heap) {
        attempt(() -> {
            Channel channel = channel(memory, heap);
            for (int i = 0; i < 10; i++) {
                attempt(() -> channel.offer(small(heap)));
                attempt(() -> channel.offer(8, m -> m.putLong(0, 1)));
                attempt(() -> channel.poll(m -> m.getByte(0)));
            }
        });
        attempt(() -> {
            Requests requests = requests(memory, heap);
            Server server = requests.server();
            for (int i = 0; i < 10; i++) {
                attempt(() -> {
                    Call call = requests.ask(8, m -> m.putLong(0, 1), 1, TimeUnit.DAYS);
                    attempt(() -> answer(server.poll(), small(heap)));
                    attempt(() -> call.poll(m -> m.getByte(0)));
                    attempt(call::close);
                });
            }
            attempt(server::close);
        });
        attempt(() -> {
            Broadcast broadcast = broadcast(memory, heap);
            Subscription subscription = broadcast.subscribe();
            for (int i = 0; i < 10; i++) {
                attempt(() -> send(broadcast, small(heap)));
                attempt(() -> subscription.poll(m -> m.getByte(0)));
            }
            attempt(subscription::close);
        });
    }

    /** A receiver that waits looks whether the hints are right. */
    private static boolean receives(Channel channel) {
        try {
            return channel.receive(m -> {}, 10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(Request request, Block reply) {
        if (request != null && reply != null) {
            request.reply(reply);
        }
    }

    /** What is damaged in their words is put right, what dead ones had is settled, and they serve again. */
    @Test
    void channelsServeAgainAfterARepair() {
        assertTimeoutPreemptively(PATIENCE, this::repairs);
    }

    private void repairs() {
        for (int round = 0; round < ROUNDS; round++) {
            Ladder.damaged();
            random = new SplittableRandom(seed + round);
            region.restore(sound);
            for (int i = 0; i < 8; i++) {
                damageChannelWord();
            }
            FakeProcess process = new FakeLocks().start();
            Participants participants = new Participants(region.memory, region.map, process, process);
            new RegionRepair(
                            region.memory,
                            region.map,
                            participants,
                            its -> slot -> region.reclaim(region.memory, false).reclaim(slot))
                    .run();
            assertThat(RegionAudit.broken(region.memory, region.map))
                    .as("seed=%s round=%s", seed, round)
                    .isEmpty();
            Heap heap = region.heap(4);
            Channel channel = channel(region.memory, heap);
            channel.poll(m -> {}, Integer.MAX_VALUE);
            for (int i = 0; i < 3 * channel.capacity(); i++) {
                assertThat(channel.offer(8, m -> m.putLong(0, 1)))
                        .as("seed=%s round=%s", seed, round)
                        .isTrue();
                assertThat(receives(channel))
                        .as("seed=%s round=%s", seed, round)
                        .isTrue();
            }
            Requests requests = requests(region.memory, heap);
            try (Server server = requests.server()) {
                for (int i = 0; i < requests.capacity(); i++) {
                    try (Call call = requests.ask(8, m -> m.putLong(0, 1), 1, TimeUnit.DAYS)) {
                        assertThat(call).as("seed=%s round=%s", seed, round).isNotNull();
                        for (Request request = server.poll(); request != null; request = server.poll()) {
                            request.reply(0, m -> {});
                        }
                        assertThat(call.poll(m -> {})).isEqualTo(Answer.REPLIED);
                    }
                }
            }
            Broadcast broadcast = broadcast(region.memory, heap);
            try (Subscription subscription = broadcast.subscribe()) {
                subscription.poll(m -> {}, Integer.MAX_VALUE);
                for (int i = 0; i < 3 * broadcast.capacity(); i++) {
                    send(broadcast, heap.tryAllocate(40, 0, 0, 0));
                    assertThat(subscription.poll(m -> {}))
                            .as("seed=%s round=%s", seed, round)
                            .isTrue();
                }
            }
        }
    }

    /** A word that there is not, or one of a participant that is not there. Laps have no check byte: another one is no damage. */
    private void damageChannelWord() {
        int dead = 20;
        boolean owned = random.nextBoolean();
        int index = random.nextInt(8);
        switch (random.nextInt(4)) {
            case 0 ->
                region.memory.putLong(
                        ChannelLayout.slotAt(placeOf(ChannelLayout.MAGIC), index),
                        owned
                                ? QueueStates.writing(QueueStates.empty(1), dead)
                                : QueueWord.pack(6 + random.nextInt(2), random.nextInt(64), random.nextInt()));
            case 1 ->
                region.memory.putLong(
                        RequestsLayout.callAt(placeOf(RequestsLayout.MAGIC), index),
                        owned ? CallStates.claimed(CallStates.unused(), dead) : random.nextLong(1, 1L << 60));
            case 2 ->
                region.memory.putLong(
                        BroadcastLayout.slotAt(placeOf(BroadcastLayout.MAGIC), index),
                        owned
                                ? BroadcastStates.writing(BroadcastStates.empty(1), dead)
                                : BroadcastWord.pack(5 + random.nextInt(3), random.nextInt(), 1, 2));
            default ->
                region.memory.putLong(
                        BroadcastLayout.subscriptionAt(placeOf(BroadcastLayout.MAGIC), index),
                        owned ? SubscriptionStates.active(SubscriptionStates.unused(), dead) : 0);
        }
    }

    private long placeOf(long magic) {
        return channelsAt.keySet().stream()
                .filter(at -> region.memory.getLong(at) == magic)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whateverIsOverwrittenEveryCallEndsAndSaysSo() {
        assertTimeoutPreemptively(PATIENCE, this::uses);
    }

    private void uses() {
        for (int round = 0; round < ROUNDS; round++) {
            Ladder.damaged();
            random = new SplittableRandom(seed + round);
            region.restore(sound);
            int damages = 1 << random.nextInt(11);
            for (int i = 0; i < damages; i++) {
                damageAnything();
            }
            try {
                useEverything();
            } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("seed=" + seed + " round=" + round, e);
            }
        }
    }

    private void damageAnything() {
        int slab = random.nextInt(30);
        switch (random.nextInt(10)) {
            case 9 -> {
                long at = List.copyOf(channelsAt.keySet()).get(random.nextInt(3));
                put(at + 8L * random.nextLong(channelsAt.get(at) / 8));
            }
            case 0 -> put(random.nextLong(HeaderLayout.GENERATION_OFFSET, SIZE) & -8);
            case 1 -> put(region.map.slabEntryAt(slab) + 8L * random.nextInt(3));
            case 2 -> put(region.map.slabAt(slab) + 8L * random.nextInt(800));
            case 3 -> put(RegionMap.participantAt(random.nextInt(47)) + 8L * random.nextInt(32));
            case 4 -> put(region.map.poolAt(random.nextInt(2)) + 8L * random.nextInt(8));
            case 5 -> put(cellAreas.get(random.nextInt(cellAreas.size())) + 8L * random.nextInt(10));
            case 6 ->
                // What a cell holds that is of another.
                region.memory.putLong(
                        cellAreas.get(random.nextInt(cellAreas.size())) + 8L * random.nextInt(3),
                        handles.get(random.nextInt(handles.size())));
            case 7 -> {
                region.memory.putLong(
                        region.map.slabEntryAt(slab),
                        SlabWord.pack(
                                random.nextInt(10),
                                random.nextInt(4),
                                random.nextBoolean() ? 255 : random.nextInt(130),
                                random.nextInt(9)));
                region.memory.putInt(region.map.slabEntryAt(slab) + SlabLayout.RUN_OFFSET, random.nextInt(40) - 4);
                region.memory.putInt(region.map.slabEntryAt(slab) + SlabLayout.HEAD_OFFSET, random.nextInt(40) - 4);
            }
            default ->
                region.memory.copy(
                        region.map.slabAt(random.nextInt(30)) + 64,
                        region.map.slabAt(slab) + 64 + 64L * random.nextInt(100),
                        RecordLayout.LENGTH);
        }
    }

    private void put(long at) {
        region.memory.putLong(at, wrong(region.memory.getLong(at)));
    }

    private long wrong(long right) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> 0;
            case 2 -> -1;
            case 3 -> right ^ 1L << random.nextInt(64);
            case 4 -> StateWord.pack(random.nextInt(12), random.nextInt(50), random.nextLong() >>> random.nextInt(64));
            default -> right + random.nextInt(-9, 10);
        };
    }

    private void useEverything() {
        SharedMemory memory = new LimitedMemory(region.memory, MOST_WRITES);
        FakeLocks machine = new FakeLocks();
        look(memory);
        attempt(() -> {
            Heap heap = new Heap(memory, region.map, 1, 1, new Sites(memory, region.map), region.tags, null);
            for (long size : new long[] {1, 100, 2000, 20_000, 200_000}) {
                for (int tag : new int[] {0, packet, budgeted}) {
                    attempt(() -> use(heap, heap.tryAllocate(size, tag, 1, random.nextInt(2))));
                }
            }
            for (long handle : handles) {
                attempt(() -> use(heap, heap.resolve(handle)));
                attempt(() -> heap.describe(handle));
            }
            for (int i = 0; i < 50; i++) {
                long handle = Handle.pack(random.nextInt(70), random.nextInt(200), random.nextLong());
                attempt(() -> use(heap, heap.resolve(handle)));
                attempt(() -> heap.describe(handle));
            }
            useCells(memory, heap);
            useChannels(memory, heap);
            attempt(heap::flush);
            attempt(heap::lookForDamage);
            attempt(heap::close);
        });
        FakeProcess process = machine.start();
        Participants participants = new Participants(memory, region.map, process, process);
        attempt(() -> {
            Membership joined =
                    participants.join("late", slot -> reclaim(memory).reclaim(slot));
            participants.leave(joined, slot -> reclaim(memory).reclaim(slot));
        });
        attempt(() -> participants.reapDead(slot -> reclaim(memory).reclaim(slot)));
        attempt(() -> reclaim(memory).reclaim(1));
        attempt(() -> new RegionRepair(
                        memory,
                        region.map,
                        participants,
                        its -> slot -> reclaim(memory).reclaim(slot))
                .run());
        look(memory);
    }

    private void useCells(SharedMemory memory, Heap heap) {
        CellSpace space = space(memory, heap);
        Roots roots = new Roots(space, memory, region.map);
        Participation self = new Participation(0, 1);
        List<Slot> slots = new ArrayList<>();
        for (String name : names) {
            attempt(() -> slots.add(roots.get(name)));
            attempt(() -> {
                CellArray array = new CellArray(space, roots.get(name).get());
                array.append(fresh(heap));
                use(heap, array.take(random.nextInt(Math.max(1, array.length()))));
                array.count();
            });
        }
        for (int i = random.nextInt(3); i < handles.size(); i += 3) {
            long handle = handles.get(i);
            attempt(() -> slots.add(space.slot(there(heap.resolve(handle)), 8L * random.nextInt(3))));
            attempt(() -> use(heap, space.accept(handle, self, Site.UNKNOWN)));
            attempt(() -> use(heap, space.withdraw(handle, Site.UNKNOWN)));
        }
        for (Slot slot : slots) {
            attempt(() -> slot.publish(there(node(heap))));
            attempt(() -> use(heap, slot.exchange(fresh(heap))));
            attempt(() -> slot.compareAndReplace(slot.handle(), fresh(heap), Site.UNKNOWN));
            attempt(() -> {
                Hold hold = slot.acquire();
                if (hold != null) {
                    hold.close();
                }
            });
            attempt(() -> slot.retire());
            attempt(() -> slot.getOrAllocate(() -> fresh(heap)));
            attempt(() -> use(heap, slot.take()));
            attempt(() -> {
                Hold hold = slot.share(there(node(heap)));
                if (hold != null) {
                    hold.close();
                }
            });
            attempt(() -> slot.retire());
        }
        attempt(() -> {
            long offered = space.offer(fresh(heap), self, Site.UNKNOWN);
            use(heap, space.accept(offered, self, Site.UNKNOWN));
        });
    }

    private static Block fresh(Heap heap) {
        return there(heap.tryAllocate(40, 0, 0, 0));
    }

    private static Block there(Block block) {
        if (block == null) {
            throw new IllegalStateException("no room, or nothing there");
        }
        return block;
    }

    private void look(SharedMemory memory) {
        attempt(() -> {
            Inspector inspector = Inspector.of(memory, new Source("orders", "orders", true, Source.NO_LOCKS, () -> {}));
            assertThat(inspector.picture().accounts().total()).isEqualTo(SIZE);
            inspector.allBlocks(row -> true, row -> assertThat(row.toString()).isNotEmpty());
            inspector.verify();
            assertThat(inspector.leaks().leaks()).isNotNull();
            for (int i = 0; i < 20; i++) {
                inspector.blockAt(random.nextLong(-100, SIZE + 100));
            }
        });
    }

    private void use(Heap heap, Block block) {
        if (block == null) {
            attempt(() -> assertThat(heap.refusal(100, budgeted, 1)).isInstanceOf(ShmException.class));
            return;
        }
        attempt(() -> block.putByte(block.size() - 1, (byte) 1));
        attempt(() -> block.resize(1 + random.nextInt(3000)));
        attempt(block::free);
    }

    /** What it may throw is what a caller is told to expect. */
    private static void attempt(Runnable call) {
        try {
            call.run();
        } catch (ShmException | IllegalStateException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
        } catch (IndexOutOfBoundsException e) {
            // Of an index that the caller gave. One that was read must not get so far as a Java array.
            assertThat(e).isNotInstanceOf(ArrayIndexOutOfBoundsException.class);
        }
    }

    private Reclaim reclaim(SharedMemory memory) {
        return region.reclaim(memory, random.nextBoolean());
    }

    // ---------------------------------------------------------------- how much is found

    /** Where one word of a field of the sound region is. */
    private record Target(String field, int least, Supplier<Long> at) {}

    @Test
    void whatIsFoundFieldByField() {
        assertTimeoutPreemptively(PATIENCE, this::finds);
    }

    private void finds() {
        Map<String, int[]> found = new TreeMap<>();
        List<Target> targets = List.of(
                new Target("record STATE", 95, () -> used(RecordLayout.STATE_OFFSET)),
                new Target("record ORIGIN", 95, () -> used(RecordLayout.ORIGIN_OFFSET)),
                new Target("record BORN", 95, () -> used(RecordLayout.BORN_OFFSET)),
                new Target("record BY", 95, () -> used(RecordLayout.BY_OFFSET)),
                new Target("record SEAL", 30, () -> used(RecordLayout.SEAL_OFFSET)),
                new Target("record SIZE", 30, () -> used(RecordLayout.SIZE_OFFSET)),
                new Target("root CELL", 80, () -> RootNames.cellAt(region.map, 2 + 3 * random.nextInt(2))),
                new Target("record CHANGED", 0, () -> used(RecordLayout.CHANGED_OFFSET)),
                new Target("slab WORD, in use", 95, () -> region.map.slabEntryAt(random.nextInt(4))),
                new Target("slab WORD, free", 80, () -> region.map.slabEntryAt(region.map.slabLimit() / 2)),
                new Target("slab RUN and HEAD", 95, () -> region.map.slabEntryAt(random.nextInt(4)) + 16),
                new Target("slab HINT", 0, () -> region.map.slabEntryAt(random.nextInt(4)) + SlabLayout.HINT_OFFSET),
                new Target("slab CANARY", 100, () -> region.map.slabAt(0) + SlabHeaderLayout.CANARY_OFFSET),
                new Target("slot WORD", 80, () -> RegionMap.participantAt(random.nextInt(47))),
                new Target("slot PROCESS", 30, () -> RegionMap.participantAt(0) + ParticipantLayout.PROCESS_OFFSET),
                new Target("history ID", 90, () -> region.map.processAt(random.nextInt(64)) + ProcessLayout.ID_OFFSET),
                new Target("site TEXT", 90, () -> region.map.siteAt(site()) + SiteLayout.TEXT_OFFSET),
                new Target("site reserved", 100, () -> region.map.siteAt(3) + 8),
                new Target("header GENERATION", 20, () -> (long) HeaderLayout.GENERATION_OFFSET),
                new Target("header SLAB_COUNT", 100, () -> (long) HeaderLayout.SLAB_COUNT_OFFSET),
                new Target("header NEXT_TEXT", 80, () -> (long) HeaderLayout.NEXT_TEXT_OFFSET));
        for (Target target : targets) {
            int[] its = found.computeIfAbsent(target.field(), field -> new int[2]);
            for (int i = 0; i < DAMAGES_OF_A_FIELD; i++) {
                long at = target.at().get();
                long right = region.memory.getLong(at);
                long wrong = wrong(right);
                if (wrong == right) {
                    continue;
                }
                Ladder.damaged();
                region.memory.putLong(at, wrong);
                its[0]++;
                its[1] += new Verifier(region.memory, region.map)
                                .verify()
                                .broken()
                                .isEmpty()
                        ? 0
                        : 1;
                region.memory.putLong(at, right);
            }
        }
        for (Target target : targets) {
            int[] its = found.get(target.field());
            int percent = its[1] * 100 / its[0];
            System.out.printf("found of damaged %-20s %3d %% of %d%n", target.field(), percent, its[0]);
            assertThat(percent).as("%s seed=%s", target.field(), seed).isGreaterThanOrEqualTo(target.least() * 4 / 5);
        }
    }

    private int site() {
        return new Sites(region.memory, region.map).idOf(Site.of("A", "b", "A.java", 1));
    }

    private long used(int offset) {
        return recordAt(handles.get(random.nextInt(handles.size()))) + offset;
    }

    private long recordAt(long handle) {
        return RecordLayout.recordAt(region.map.slabAt(Handle.slab(handle)), Handle.index(handle));
    }
}
