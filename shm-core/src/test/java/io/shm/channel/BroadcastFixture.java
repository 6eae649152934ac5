package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.CellFixture;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastState;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.SubscriptionState;
import io.shm.ledger.SubscriptionStates;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A region on plain memory whose participants share one broadcast. */
public final class BroadcastFixture {
    public final CellFixture world;
    private final int slots;
    private final boolean detaches;
    private BroadcastBlock broadcast;

    /** @param slots a power of two; fewer than a program gets, so that the ring comes round soon */
    public BroadcastFixture(int size, int slots, boolean detaches) {
        this.world = new CellFixture(size);
        this.slots = slots;
        this.detaches = detaches;
    }

    public BroadcastFixture(int size, int slots) {
        this(size, slots, false);
    }

    /** One participant, with the broadcast. */
    public final class Peer {
        public final CellFixture.Peer cells;
        public final Broadcast broadcast;

        Peer(int owner, SharedMemory view) {
            cells = world.peer(owner, view);
            Types types = new Types(view, world.region.map);
            Block block = cells.root("broadcast").getOrAllocate(() -> {
                Block fresh = cells.heap.tryAllocate(
                        BroadcastLayout.bytesFor(slots),
                        0,
                        0,
                        Heap.request(
                                Broadcast.specOf(BroadcastOptions.capacity(slots))
                                        .flags(),
                                types.idOf(BroadcastBlock.TYPE)));
                BroadcastBlock.form(view, fresh.offset(), slots, detaches);
                return fresh;
            });
            broadcast = new Broadcast("broadcast", view, world.region.map, cells.heap, block);
            BroadcastFixture.this.broadcast = BroadcastBlock.of(world.region.memory, block.offset(), block.size());
        }

        public Block block(long value) {
            Block block = cells.allocate(100);
            block.putLong(0, value);
            return block;
        }

        public int send(Block block) {
            try {
                return broadcast.send(block, 0, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Sends without patience; returns to how many. */
        public int send(long value, boolean asBlock) {
            if (asBlock) {
                return send(block(value));
            }
            try {
                return broadcast.send(8, m -> m.putLong(0, value), 0, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public Peer peer(int owner) {
        return peer(owner, world.region.memory);
    }

    public Peer peer(int owner, SharedMemory view) {
        return new Peer(owner, view);
    }

    public BroadcastBlock broadcast() {
        return broadcast;
    }

    public static List<Long> drain(Subscription subscription) {
        List<Long> values = new ArrayList<>();
        subscription.poll(m -> values.add(m.getLong(0)), Integer.MAX_VALUE);
        return values;
    }

    /** As if threads of a participant that is not looked at slept everywhere: whoever wakes has something to do. */
    public void everybodySleeps() {
        world.region.memory.putLong(broadcast.at() + BroadcastLayout.RECEIVER_WAITS_OFFSET, 9);
        world.region.memory.putLong(broadcast.at() + BroadcastLayout.SENDER_WAITS_OFFSET, 9);
    }

    public long word(int slot) {
        return world.region.memory.getLong(broadcast.slotAt(slot));
    }

    /** No slot and no subscription has an owner's number. */
    public void assertNothingOf(int owner, String when) {
        for (int i = 0; i < broadcast.capacity(); i++) {
            assertThat(BroadcastStates.owner(word(i))).as(when).isNotEqualTo(owner);
        }
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            assertThat(StateWord.owner(world.region.memory.getLong(broadcast.subscriptionAt(i))))
                    .as(when)
                    .isNotEqualTo(owner);
        }
    }

    /** Nobody subscribes, nothing lies in a slot, and two subscribers get a message from each slot twice. */
    public void assertEmptyAndWhole(Peer living, String when) {
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            assertThat(SubscriptionStates.of(world.region.memory.getLong(broadcast.subscriptionAt(i))))
                    .as(when)
                    .isEqualTo(SubscriptionState.FREE);
        }
        for (int i = 0; i < broadcast.capacity(); i++) {
            assertThat(BroadcastStates.of(word(i))).as("slot %s, %s", i, when).isEqualTo(BroadcastState.EMPTY);
            assertThat(world.region.memory.getLong(broadcast.slotAt(i) + BroadcastSlotLayout.CELL_OFFSET))
                    .as(when)
                    .isZero();
        }
        try (Subscription one = living.broadcast.subscribe();
                Subscription two = living.broadcast.subscribe()) {
            for (int lap = 0; lap < 2; lap++) {
                List<Long> sent = new ArrayList<>();
                for (long i = 0; i < broadcast.capacity(); i++) {
                    assertThat(living.send(i, i % 2 == 0)).as(when).isEqualTo(2);
                    sent.add(i);
                }
                assertThat(drain(one)).as(when).isEqualTo(sent);
                assertThat(drain(two)).as(when).isEqualTo(sent);
            }
            assertThat(one.missed() + two.missed()).as(when).isZero();
        }
    }

    public HeapFixture.Books audit(boolean quiet, String when) {
        return world.audit(quiet, when);
    }
}
