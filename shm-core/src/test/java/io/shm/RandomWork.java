package io.shm;

import io.shm.cell.Hold;
import io.shm.cell.Slot;
import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.BlockType;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A random correct program: what one thread does, and what it has. Each block is stamped at both ends, and must be as it was
 * left when it is given away. A stamp also tells who allocated the block, and where.
 */
final class RandomWork {
    static final String[] CELLS = {"a", "b"};
    static final List<Site> SITES =
            List.of(Site.here("first"), Site.here("second"), Site.here("third"), Site.here("fourth"));
    static final Site FREE = Site.here("free");

    private static final String SHARED = "shared";
    private static final String ARRAY = "array";
    private static final int LENGTH = 8;
    private static final int MOST_LIVE = 60;
    private static final long NODE_CELL = 8;
    private static final BlockType NODE = BlockType.of("work.node").cell((int) NODE_CELL);

    private final Workplace place;
    private final int number;
    private final SplittableRandom random;
    private final List<Block> live = new ArrayList<>();
    private final List<Long> stamps = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<Long> offers = new ArrayList<>();

    /** @param number of the process, below 256 */
    RandomWork(Workplace place, int number, SplittableRandom random) {
        this.place = place;
        this.number = number;
        this.random = random;
    }

    void step() {
        int kind = random.nextInt(100);
        if (kind < 17) {
            cellStep();
        } else if (kind == 17 && random.nextInt(20) == 0) {
            place.reapDead();
        } else if (live.size() < MOST_LIVE && (live.isEmpty() || random.nextBoolean())) {
            allocate();
        } else if (random.nextInt(20) == 0) {
            resize();
        } else {
            giveOne().free(FREE);
        }
    }

    void cellStep() {
        Slot cell = anyCell();
        switch (random.nextInt(11)) {
            case 0 -> keepUnless(cell::publish);
            case 1 -> receive(cell.take());
            case 2 ->
                keepUnless(b -> {
                    receive(cell.exchange(b));
                    return true;
                });
            case 3 -> keepUnless(b -> place.array(ARRAY, LENGTH).append(b) >= 0);
            case 4 -> receive(place.array(ARRAY, LENGTH).take(random.nextInt(LENGTH)));
            case 5 -> share();
            case 6 -> acquire();
            case 7 -> place.root(SHARED).retire();
            case 8 -> offerToOneself();
            case 9 -> nest(cell);
            default -> letGo();
        }
    }

    Slot anyCell() {
        return place.root(CELLS[random.nextInt(CELLS.length)]);
    }

    private void keepUnless(Predicate<Block> givenAway) {
        if (!live.isEmpty()) {
            int at = random.nextInt(live.size());
            long stamp = stamps.get(at);
            Block block = give(at);
            if (!givenAway.test(block)) {
                keep(block, stamp);
            }
        }
    }

    private void share() {
        keepUnless(block -> {
            Hold hold = place.root(SHARED).share(block);
            if (hold != null) {
                holds.add(hold);
            }
            return hold != null;
        });
    }

    private void acquire() {
        Hold hold = holds.size() < 4 ? place.root(SHARED).acquire() : null;
        if (hold != null) {
            checkWhole(hold.block());
            holds.add(hold);
        }
    }

    private void letGo() {
        if (!holds.isEmpty()) {
            Hold hold = holds.remove(random.nextInt(holds.size()));
            checkWhole(hold.block());
            hold.close();
        }
    }

    private void offerToOneself() {
        if (!offers.isEmpty()) {
            long handle = offers.remove(offers.size() - 1);
            receive(random.nextBoolean() ? place.accept(handle) : place.withdraw(handle));
        } else {
            keepUnless(block -> {
                offers.add(place.offer(block));
                return true;
            });
        }
    }

    /** A block in a cell of a block in a cell. */
    private void nest(Slot cell) {
        if (live.isEmpty()) {
            return;
        }
        int site = random.nextInt(SITES.size());
        Block outer = place.tryAllocate(
                BlockSpec.of(32 + random.nextInt(500)).type(NODE).site(SITES.get(site)));
        if (outer == null) {
            return;
        }
        write(outer, stamp(site, true));
        hang(giveOne(), outer);
        if (!cell.publish(outer)) {
            receive(place.slot(outer, NODE_CELL).take());
            keep(outer, stamp(site, true));
        }
    }

    private void hang(Block inner, Block outer) {
        if (!place.slot(outer, NODE_CELL).publish(inner)) {
            throw new IllegalStateException("the cell of a new block is occupied: " + outer);
        }
    }

    private void receive(Block block) {
        if (block != null) {
            long stamp = checkWhole(block);
            if (isNode(stamp)) {
                receive(place.slot(block, NODE_CELL).take());
            }
            keep(block, stamp);
        }
    }

    // ---------------------------------------------------------------- what is its own

    private void allocate() {
        int site = random.nextInt(SITES.size());
        Block block = place.tryAllocate(spec().site(SITES.get(site)));
        if (block != null) {
            own(block, site);
        }
    }

    private BlockSpec spec() {
        int kind = random.nextInt(1000);
        long size = kind < 4 ? random.nextInt(300_000) : kind < 40 ? random.nextInt(40_000) : random.nextInt(1500);
        BlockSpec spec = BlockSpec.of(16 + size)
                .tag(kind % 3 == 0 ? Tag.of("packet") : kind % 3 == 1 ? Tag.of("limited") : Tag.GENERAL);
        return kind % 10 == 0 ? spec.secret() : spec;
    }

    private void own(Block block, int site) {
        keep(block, stamp(site, false));
    }

    /** With a fresh stamp, that tells of the same origin. */
    void keep(Block block, long origin) {
        long stamp = (random.nextLong() << ORIGIN_BITS) | (origin & ORIGIN_MASK);
        write(block, stamp);
        live.add(block);
        stamps.add(stamp);
    }

    private static void write(Block block, long stamp) {
        block.putLong(0, stamp);
        block.putLong(last(block), stamp);
    }

    private Block giveOne() {
        return give(random.nextInt(live.size()));
    }

    // ---------------------------------------------------------------- what mistakes are made of

    Block giveOneOrNone() {
        return live.isEmpty() ? null : giveOne();
    }

    /** One that it has allocated itself, so that nobody else can use its place right after it is freed; null for none. */
    Block giveOneOfItsOwn() {
        Block block = giveOneOrNone();
        if (block != null && processOf(checkWhole(block)) != number) {
            keep(block, checkWhole(block));
            return null;
        }
        return block;
    }

    /** A cell that nobody else uses. */
    Slot ownCell() {
        return place.root("of " + number);
    }

    /** A new block of its own with that one in its cell; null if there is no room. */
    Block allocateAround(Block inner) {
        Block outer = place.tryAllocate(BlockSpec.of(32).type(NODE).site(SITES.get(0)));
        if (outer != null) {
            hang(inner, outer);
        }
        return outer;
    }

    // ---------------------------------------------------------------- the list of what is its own

    /** One of its blocks, taken out of the list and found as it was left. */
    private Block give(int at) {
        Block block = live.get(at);
        long stamp = stamps.get(at);
        int end = live.size() - 1;
        live.set(at, live.get(end));
        stamps.set(at, stamps.get(end));
        live.remove(end);
        stamps.remove(end);
        if (checkWhole(block) != stamp) {
            throw new IllegalStateException("another has written to " + block);
        }
        return block;
    }

    private void resize() {
        int at = random.nextInt(live.size());
        long origin = stamps.get(at);
        if (isNode(origin)) {
            // Others may know where its cell is: it keeps its place.
            return;
        }
        Block block = give(at);
        try {
            Block resized = block.resize(16 + random.nextInt(3000));
            keep(resized, resized == block ? origin : stamp(siteOf(origin), false));
        } catch (ShmException full) {
            keep(block, origin);
        }
    }

    /** Gives back all that it has. */
    void end() {
        while (!offers.isEmpty()) {
            receive(place.withdraw(offers.remove(offers.size() - 1)));
        }
        while (!holds.isEmpty()) {
            letGo();
        }
        while (!live.isEmpty()) {
            giveOne().free(FREE);
        }
    }

    /** Empties what all share; nobody else is there. */
    void emptyCells() {
        for (String name : CELLS) {
            receive(place.root(name).take());
        }
        for (int i = 0; i < LENGTH; i++) {
            receive(place.array(ARRAY, LENGTH).take(i));
        }
        place.root(SHARED).retire();
        end();
    }

    // ---------------------------------------------------------------- stamps

    private static final int ORIGIN_BITS = 17;
    private static final long NODE_BIT = 1L << 16;
    private static final long ORIGIN_MASK = (1L << ORIGIN_BITS) - 1;

    private long stamp(int site, boolean node) {
        return (random.nextLong() << ORIGIN_BITS) | (node ? NODE_BIT : 0) | (long) number << 8 | site;
    }

    static int siteOf(long stamp) {
        return (int) stamp & 0xff;
    }

    static int processOf(long stamp) {
        return (int) (stamp >>> 8) & 0xff;
    }

    /** Whether it has a cell. */
    static boolean isNode(long stamp) {
        return (stamp & NODE_BIT) != 0;
    }

    private static long last(Block block) {
        return (block.size() - 8) & -8L;
    }

    /** The stamp at both ends of a block. */
    static long checkWhole(Block block) {
        long stamp = block.getLong(0);
        if (block.getLong(last(block)) != stamp) {
            throw new IllegalStateException("not as it was left: " + block);
        }
        return stamp;
    }
}
