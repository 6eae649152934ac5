package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.CellFixture;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.layout.ChannelLayout;
import io.shm.layout.QueueWord;
import io.shm.layout.RoleWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.QueueState;
import io.shm.ledger.QueueStates;
import io.shm.ledger.RecordView;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;

/** A region on plain memory whose participants share one channel. */
public final class ChannelFixture {
    public final CellFixture world;
    private final ChannelOptions options;

    public ChannelFixture(int size, ChannelOptions options) {
        this.world = new CellFixture(size);
        this.options = options;
    }

    /** One participant, with the channel. */
    public final class Peer {
        public final CellFixture.Peer cells;
        public final Channel channel;

        Peer(int owner, SharedMemory view) {
            cells = world.peer(owner, view);
            Types types = new Types(view, world.region.map);
            Block block = cells.root("channel").getOrAllocate(() -> {
                Block fresh = cells.heap.tryAllocate(
                        ChannelLayout.bytesFor(options.slots()),
                        0,
                        0,
                        Heap.request(Channel.specOf(options).flags(), types.idOf(ChannelBlock.TYPE)));
                Channel.form(view, fresh, options);
                return fresh;
            });
            channel = new Channel("channel", view, world.region.map, cells.heap, block);
        }

        public Block block(long value) {
            Block block = cells.allocate(100);
            block.putLong(0, value);
            return block;
        }

        public boolean send(long value, boolean asBlock) {
            if (!asBlock) {
                return channel.offer(8, m -> m.putLong(0, value));
            }
            Block block = block(value);
            if (channel.offer(block)) {
                return true;
            }
            block.free();
            return false;
        }

        /** All that is to be had, freed. */
        public List<Long> drain() {
            List<Long> values = new ArrayList<>();
            channel.poll(
                    m -> {
                        values.add(m.getLong(0));
                        if (m.block() != null) {
                            m.block().free();
                        }
                    },
                    Integer.MAX_VALUE);
            return values;
        }
    }

    public Peer peer(int owner) {
        return peer(owner, world.region.memory);
    }

    public Peer peer(int owner, SharedMemory view) {
        return new Peer(owner, view);
    }

    /** What has an owner's number in a slot of the channel. */
    public int slotsOf(int owner) {
        int slots = 0;
        for (long word : words()) {
            slots += QueueStates.of(word) != null && QueueWord.owner(word) == owner ? 1 : 0;
        }
        return slots;
    }

    /** Whether an owner has one of its threads as the one that sends or receives. */
    public boolean hasRole(int owner) {
        SharedMemory memory = world.region.memory;
        long at = channel().at();
        return RoleWord.owner(memory.getLong(at + ChannelLayout.SENDER_OFFSET)) == owner
                || RoleWord.owner(memory.getLong(at + ChannelLayout.RECEIVER_OFFSET)) == owner;
    }

    public long[] words() {
        ChannelBlock channel = channel();
        long[] words = new long[channel.capacity()];
        for (int i = 0; i < words.length; i++) {
            words[i] = world.region.memory.getLong(channel.cellAt(i));
        }
        return words;
    }

    public ChannelBlock channel() {
        ChannelBlock[] found = new ChannelBlock[1];
        int type = new Types(world.region.memory, world.region.map).find(ChannelBlock.TYPE);
        LedgerScan scan = new LedgerScan(world.region.memory, world.region.map);
        scan.forEachWord((slab, recordAt, word) -> {
            if (!BlockStates.is(word, BlockState.HELD)) {
                return;
            }
            RecordView block = scan.blockOf(slab, recordAt);
            if (block.state() == BlockState.HELD && block.type() == type) {
                found[0] = ChannelBlock.of(world.region.memory, block.payloadAt(), block.size());
            }
        });
        return found[0];
    }

    /** Nothing is on its way, and an empty channel has all its room. */
    public void assertEmptyAndWhole(Peer living, String when) {
        for (long word : words()) {
            assertThat(QueueStates.of(word)).as(when).isEqualTo(QueueState.EMPTY);
        }
        int capacity = living.channel.capacity();
        for (int lap = 0; lap < 2; lap++) {
            for (int i = 0; i < capacity; i++) {
                assertThat(living.send(i, i % 2 == 0))
                        .as("room for %s, %s", i, when)
                        .isTrue();
            }
            assertThat(living.send(9, false)).as("full, %s", when).isFalse();
            assertThat(living.send(9, true)).as("full, %s", when).isFalse();
            List<Long> all = living.drain();
            assertThat(all).as(when).hasSize(capacity);
            for (int i = 0; i < capacity; i++) {
                assertThat(all.get(i)).as(when).isEqualTo(i);
            }
        }
        living.channel.resign();
    }

    public HeapFixture.Books audit(boolean quiet, String when) {
        return world.audit(quiet, when);
    }
}
