package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.layout.RecordLayout;
import io.shm.layout.RootLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.StateWord;
import io.shm.layout.TypeLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.Site;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cells and records with any bits in them: every operation ends, with what it promises or with one of our exceptions. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CellHostileTest {
    private static final int ROUNDS = 3000;

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);

    CellHostileTest() {
        System.out.println("CellHostileTest -Dshm.seed=" + seed);
    }

    /** So many reads and no more: whoever tries for ever runs out of them. */
    private static final class Patience extends SharedMemory {
        private long left = 3_000_000;

        Patience(SharedMemory inner) {
            super(inner);
        }

        @Override
        public long getLongAcquire(long offset) {
            if (left-- <= 0) {
                throw new AssertionError("more reads than any operation needs");
            }
            return super.getLongAcquire(offset);
        }
    }

    @Test
    void survivesAnyBitsInCellsAndRecords() {
        int refused = 0;
        CellFixture world = new CellFixture(1 << 20);
        byte[] empty = world.region.bytes();
        for (int round = 0; round < ROUNDS; round++) {
            world.region.restore(empty);
            refused += round(world, "round " + round + " seed=" + seed);
        }
        assertThat(refused).as("the damage is met").isGreaterThan(ROUNDS / 2);
    }

    private int round(CellFixture world, String when) {
        SharedMemory view = new Patience(world.region.memory);
        CellFixture.Peer one = world.peer(1, view);
        CellFixture.Peer two = world.peer(2, view);
        Block held = one.allocate(100);
        Block shared = one.allocate(100);
        Block node = one.node();
        Block inNode = one.allocate(100);
        Block offered = one.allocate(100);
        List<Block> blocks = List.of(held, shared, node, inNode, offered);
        CellArray array = one.array(4);
        long offer = one.space.offer(offered, two.self(), Site.UNKNOWN);
        array.append(one.allocate(30));
        one.root("held").publish(held);
        Hold hold = one.root("shared").share(shared);
        one.space.slot(node, 0).publish(inNode);
        one.root("node").publish(node);
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            damage(world, one, blocks);
        }
        int refused = 0;
        for (String root : new String[] {"held", "shared", "node", "new"}) {
            List<Runnable> acts = new ArrayList<>(List.of(
                    () -> two.root(root).take(),
                    () -> two.root(root).acquire(),
                    () -> two.root(root).retire(),
                    () -> two.root(root).get(),
                    () -> two.root(root).publish(two.allocate(20)),
                    () -> two.root(root).exchange(two.allocate(20)),
                    () -> two.root(root).share(two.allocate(20)),
                    () -> two.root(root).putRaw(two.allocate(20), Site.UNKNOWN),
                    () -> two.root(root).getOrAllocate(() -> two.allocate(20)),
                    () -> two.space.accept(offer, two.self(), Site.UNKNOWN),
                    () -> one.space.withdraw(offer, Site.UNKNOWN),
                    () -> array.append(one.allocate(20)),
                    () -> array.take(random.nextInt(4)),
                    hold::close));
            while (!acts.isEmpty()) {
                refused += ends(acts.remove(random.nextInt(acts.size())), when) ? 0 : 1;
            }
        }
        for (int owner = 1; owner <= 2; owner++) {
            int dead = owner;
            ends(() -> world.region.reclaim(view, false).reclaim(dead - 1), when);
        }
        return refused;
    }

    private static boolean ends(Runnable act, String when) {
        try {
            act.run();
            return true;
        } catch (ShmException | IllegalStateException | IllegalArgumentException e) {
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(when, e);
        }
    }

    private void damage(CellFixture world, CellFixture.Peer peer, List<Block> blocks) {
        SharedMemory memory = world.region.memory;
        Block block = blocks.get(random.nextInt(blocks.size()));
        long recordAt = peer.heap.recordAt(block);
        switch (random.nextInt(7)) {
            case 0 -> memory.putLong(recordAt + RecordLayout.CELL_OFFSET, word(world, peer, blocks));
            case 1 -> memory.putLong(recordAt + RecordLayout.CHANGED_OFFSET, word(world, peer, blocks));
            case 2 -> {
                BlockState[] states = BlockState.values();
                long generation = StateWord.generation(memory.getLong(recordAt));
                int state = states[random.nextInt(states.length)].code();
                memory.putLong(recordAt, StateWord.pack(state, random.nextInt(4), generation));
            }
            case 3 -> memory.putLong(recordAt + 8L * random.nextInt(8), word(world, peer, blocks));
            case 4 ->
                memory.putLong(
                        world.region.map.rootAt(random.nextInt(world.region.map.rootCount())) + RootLayout.CELL_OFFSET,
                        word(world, peer, blocks));
            case 5 ->
                memory.putLong(
                        world.region.map.slabEntryAt((int) world.region.map.slabOf(recordAt)) + SlabLayout.RUN_OFFSET,
                        random.nextLong());
            default ->
                memory.putLong(
                        world.region.map.typeAt(random.nextInt(world.region.map.typeCount())) + TypeLayout.TEXT_OFFSET,
                        word(world, peer, blocks));
        }
        for (String root : new String[] {"held", "shared", "node"}) {
            if (random.nextInt(4) == 0) {
                memory.putLong(peer.root(root).offset(), word(world, peer, blocks));
            }
        }
    }

    /** Any bits; or bits that mean something elsewhere. */
    private long word(CellFixture world, CellFixture.Peer peer, List<Block> blocks) {
        Block other = blocks.get(random.nextInt(blocks.size()));
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> other.handle();
            case 2 -> other.offset();
            case 3 -> peer.heap.recordAt(other);
            case 4 -> world.region.memory.size() - random.nextInt(16);
            case 5 -> random.nextLong() << 34;
            case 6 -> world.region.memory.getLong(peer.heap.recordAt(other) + 8L * random.nextInt(8));
            default -> random.nextInt(4096) * 8L;
        };
    }
}
