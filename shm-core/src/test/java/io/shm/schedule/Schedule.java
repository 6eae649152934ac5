package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.CellArray;
import io.shm.cell.CellSpace;
import io.shm.cell.Participation;
import io.shm.cell.Roots;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.inspect.Inspector;
import io.shm.inspect.Source;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockType;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Level;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.Types;
import io.shm.participant.FakeLocks;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.ParticipantStates;
import io.shm.participant.Participants;
import io.shm.recovery.Settlement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** One schedule: a region, some participants with random programs, and what must be true in the end. */
final class Schedule {
    private static final int SIZE = 448 << 10;
    private static final int POOLED = 6;
    private static final PoolSpec POOL = new PoolSpec("p", 300, POOLED, true);
    /** Of a region that grows: eight slabs, and the two that it begins with. */
    private static final int LARGE_SIZE = 640 << 10;

    private static final int SMALL_SIZE = (int) RegionMap.forSize(LARGE_SIZE, 1).slabAt(2);
    private static final long PROBE = 6000;
    static final String[] CELLS = {"a", "b"};
    static final String SHARED = "s";
    static final String ARRAY_ROOT = "array";
    static final int ARRAY = 3;
    static final long NODE_CELL = 8;
    private static final BlockType NODE = BlockType.of("node").cell((int) NODE_CELL);
    private static final int CURATOR = 46;
    static final long SECRET_STAMP = 0x5EC4E7_00L << 32;
    static final long SECRET_MASK = -1L << 32;

    /** What a runner uses again and again. */
    static final class World {
        private HeapFixture fixed = new HeapFixture(SIZE, POOL);
        private HeapFixture growing = HeapFixture.growing(SMALL_SIZE, LARGE_SIZE, POOL);
        final int room;
        final int roomToGrow;
        final int nodeType;
        /** The array's block, which is in its root for good. */
        final long array;

        private final byte[] fresh;
        private final byte[] freshToGrow;

        World() {
            prepare(growing);
            freshToGrow = growing.bytes();
            roomToGrow = growing.room(PROBE);
            array = prepare(fixed);
            nodeType = new Types(fixed.memory, fixed.map).idOf(NODE);
            fresh = fixed.bytes();
            room = fixed.room(PROBE);
        }

        /** As nobody has used it yet. */
        HeapFixture region(boolean grows) {
            if (grows) {
                growing = growing.again(freshToGrow);
                return growing;
            }
            fixed.restore(fresh);
            return fixed;
        }

        /** The array's handle, which is the same in both. */
        private static long prepare(HeapFixture region) {
            ParticipantStates.format(region.memory);
            RegionHeader.setLevel(region.memory, Level.OFF);
            region.tags.setBudget(region.tags.idOf("b"), 20_000);
            Types types = new Types(region.memory, region.map);
            types.idOf(NODE);
            Heap heap = region.heap(CURATOR);
            Cells cells = new Cells(region, heap);
            Block block = heap.tryAllocate(8L * ARRAY, 0, 0, Heap.request(0, types.idOf(CellArray.TYPE)));
            cells.roots.get(ARRAY_ROOT).publish(block);
            for (String name : CELLS) {
                cells.roots.get(name);
            }
            cells.roots.get(SHARED);
            region.reclaim(CURATOR);
            return block.handle();
        }
    }

    /** The cells of one who looks after what everybody has left. */
    private static final class Cells {
        private final CellSpace space;
        private final Roots roots;

        Cells(HeapFixture region, Heap heap) {
            space = new CellSpace(region.memory, region.map, heap, new Sites(region.memory, region.map));
            roots = new Roots(space, region.memory, region.map);
        }

        List<Slot> all() {
            List<Slot> slots = new ArrayList<>();
            for (String name : CELLS) {
                slots.add(roots.get(name));
            }
            CellArray array = new CellArray(space, roots.get(ARRAY_ROOT).get());
            for (int i = 0; i < ARRAY; i++) {
                slots.add(array.slot(i));
            }
            return slots;
        }
    }

    final HeapFixture region;
    /** Handles of what was offered, to whomever. */
    final List<Long> offers = new ArrayList<>();
    /** Who takes part, by actor. */
    final Map<Integer, Participation> present = new TreeMap<>();

    final int nodeType;
    final FakeLocks machine = new FakeLocks();
    final Scheduler scheduler;
    final List<Operation> operations;
    final int length;
    final int poolTag;
    final int budgetTag;
    /** A deliberate mistake; null for none. */
    final Sabotage sabotage;

    final Setting setting;
    final Kept kept = new Kept();
    final Losses losses = new Losses();
    int deaths;

    /** Whether nobody does anything wrong, so that nothing may be told of. */
    private final boolean correct;

    private final World world;
    private final List<Actor> actors = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final boolean tracing;
    private final Crew crew;
    private final long seed;
    private long stamps;

    /**
     * @param all what participants may do; each schedule draws some of it
     * @param fixed the setting; null to draw one
     */
    Schedule(
            World world,
            Crew crew,
            long seed,
            List<? extends Operation> all,
            Setting fixed,
            Sabotage sabotage,
            boolean tracing) {
        this.sabotage = sabotage;
        this.world = world;
        this.nodeType = world.nodeType;
        this.crew = crew;
        this.seed = seed;
        this.tracing = tracing;
        SplittableRandom random = new SplittableRandom(seed);
        this.setting = fixed == null ? Setting.any(random) : fixed;
        this.region = world.region(setting.grows());
        // Not drawn: that would change what every seed is. The allocation at level sites is another method than the one
        // below.
        RegionHeader.setLevel(region.memory, (seed & 1) == 0 ? Level.SITES : Level.OFF);
        if (setting.grows() && random.nextInt(4) == 0) {
            region.space = region.map.slabAt(2 + random.nextInt(6));
        }
        int count = 2 + random.nextInt(Crew.SIZE - 1);
        this.scheduler = new Scheduler(count, random.split(), this::switched);
        this.length = 4 + random.nextInt(20);
        this.operations = some(all, random);
        if (setting.keeps()) {
            operations.addAll(someOf(OrphanOperation.values(), random));
        }
        if (setting.raw()) {
            operations.addAll(someOf(RawOperation.values(), random));
        }
        this.correct = all.contains(ProgramOperation.LOOK_FOR_LEAKS);
        this.poolTag = region.tags.idOf("p");
        this.budgetTag = region.tags.idOf("b");
        int keptBack = new int[] {0, 2, 8, 40}[random.nextInt(4)];
        for (int i = 0; i < count; i++) {
            actors.add(new Actor(i, this, crew.aides.get(i), random.split(), keptBack));
        }
        doom(random, count);
    }

    /** Fewer kinds of operations make programs whose operations meet more often. */
    private static List<Operation> some(List<? extends Operation> all, SplittableRandom random) {
        List<Operation> some = new ArrayList<>();
        int kinds = 2 + random.nextInt(all.size() - 1);
        for (int i = 0; i < kinds; i++) {
            some.add(all.get(random.nextInt(all.size())));
        }
        if (random.nextInt(3) > 0) {
            some.add(HeapOperation.REAP);
        }
        return some;
    }

    private static List<Operation> someOf(Operation[] all, SplittableRandom random) {
        List<Operation> some = new ArrayList<>();
        for (Operation operation : all) {
            for (int times = random.nextInt(3); times > 0; times--) {
                some.add(operation);
            }
        }
        return some;
    }

    /** One dies, mostly; perhaps one more does, whoever reaps among them; one is stopped, perhaps. */
    private void doom(SplittableRandom random, int count) {
        int dying = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(Math.min(2, count - 1));
        for (int i = 0; i < dying; i++) {
            scheduler.dieIn(i, someTicks(random));
        }
        if (random.nextInt(4) == 0) {
            scheduler.stopIn(count - 1, someTicks(random));
        }
    }

    /** Of any order of magnitude: within the first operation, or far behind it. */
    private static int someTicks(SplittableRandom random) {
        return 1 + random.nextInt(1 << (4 + random.nextInt(11)));
    }

    private void switched(int actor) {
        actors.get(actor).drainSome();
    }

    /** One of those who take part, the asking one too; null if there is none. */
    Participation anyone(SplittableRandom chance) {
        List<Participation> all = new ArrayList<>(present.values());
        return all.isEmpty() ? null : all.get(chance.nextInt(all.size()));
    }

    long nextStamp(int actor) {
        return ((actor + 1L) << 56) | ((seed & 0xff_ffff) << 32) | ++stamps;
    }

    void trace(int actor, Object what) {
        if (tracing) {
            trace.add("actor " + actor + " " + what + ", at " + scheduler.ticks());
        }
    }

    // ---------------------------------------------------------------- run

    /** Runs to the end, and checks what is left. */
    void run() throws InterruptedException {
        crew.run(scheduler, actors.size(), number -> actors.get(number).live());
        check();
    }

    private void check() {
        FakeProcess survivor = machine.start();
        Participants participants = new Participants(region.memory, region.map, survivor, survivor);
        participants.reapDead(new Settlement(() -> region.reclaim(region.memory, setting.keeps()), (slot, held) -> {}));

        actors.stream().filter(actor -> !actor.isDead()).forEach(Actor::withdrawAll);
        if (correct) {
            checkWhatIsTold(survivor);
        }
        region.space = Long.MAX_VALUE;
        Heap heap = region.heap(CURATOR);
        List<Losses.Lost> lost = setting.raw() ? losses.check(region, heap) : List.of();
        HeapFixture.Books books = audit(lost);
        kept.check(region);
        Cells cells = new Cells(region, heap);
        Set<Long> known = ofNobody(cells, lost);
        for (Actor actor : actors) {
            for (Actor.Owned owned : actor.owned) {
                owned.check();
                known.add(owned.block.handle());
            }
            known.addAll(actor.heldHandles());
        }
        assertThat(new TreeSet<>(books.live))
                .as("blocks in use, and those that somebody knows")
                .isEqualTo(known);
        assertThat(books.live).as("blocks in use").hasSize(known.size());
        assertThat(books.blocks(BlockState.RESERVED)).as("reserved").isZero();
        assertThat(books.slabs(SlabState.CLAIM) + books.slabs(SlabState.RELEASING))
                .as("slabs on their way")
                .isZero();

        actors.stream().filter(actor -> !actor.isDead()).forEach(Actor::leave);
        books = audit(lost);
        kept.check(region);
        assertThat(new TreeSet<>(books.live))
                .as("blocks in use when all have left")
                .isEqualTo(ofNobody(cells, lost));
        for (int owner = 1; owner < CURATOR; owner++) {
            assertThat(books.owned[owner]).as("words of owner %s", owner).isZero();
        }
        releaseOrphans(heap);
        emptyCells(cells);
        findAgain(lost, cells);
        heap.close();
        region.reclaim(CURATOR);
        books = region.audit();
        assertThat(books.live).as("blocks in use when all cells are empty").containsExactly(world.array);
        if (deaths == 0) {
            assertThat(region.tags.used(budgetTag)).as("charged for nothing").isZero();
        }
        checkSecrets();
        assertThat(region.room(PROBE))
                .as("room for others, in %s", region.slabs())
                .isEqualTo(setting.grows() ? world.roomToGrow : world.room);
        heap = region.heap(47);
        for (int i = 0; i < POOLED; i++) {
            assertThat(heap.tryAllocate(300, poolTag, 0, 0))
                    .as("block %s of the pool", i)
                    .isNotNull();
        }
    }

    /** Refusals are told of, and are no mistake here: programs ask for more than a budget has, or a pool's blocks, on purpose. */
    private void checkWhatIsTold(FakeProcess looker) {
        List<Fault> faults = new FaultLog(region.memory, region.map).read();
        assertThat(faults)
                .extracting(fault -> fault.kind() + " of " + fault.handle() + " at " + fault.offset())
                .as("faults")
                .allMatch(text -> text.startsWith("BUDGET ") || text.startsWith("WRONG_POOL "));
        Source source = new Source("schedule", "schedule", false, looker, () -> {});
        assertThat(Inspector.of(region.memory, source).leaks().leaks())
                .as("leaks")
                .isEmpty();
    }

    private HeapFixture.Books audit(List<Losses.Lost> lost) {
        if (setting.grows()) {
            long count = region.memory.getLong(HeaderLayout.SLAB_COUNT_OFFSET);
            assertThat(region.map.slabAt((int) count)).as("end of the slabs").isLessThanOrEqualTo(region.length);
        }
        return region.audit(finding -> Losses.isExpected(finding, lost));
    }

    /** What cells hold, what was kept, what was lost, and what is in it. */
    private Set<Long> ofNobody(Cells cells, List<Losses.Lost> lost) {
        Set<Long> handles = inCells(cells);
        Set<Long> others = new TreeSet<>(Kept.orphans(region).keySet());
        lost.forEach(block -> others.add(block.handle()));
        for (long handle : others) {
            LedgerScan scan = new LedgerScan(region.memory, region.map);
            RecordView block = scan.block(Handle.slab(handle), Handle.index(handle));
            if (block.type() == nodeType) {
                handles.add(region.memory.getLong(block.payloadAt() + NODE_CELL));
            }
        }
        handles.addAll(others);
        handles.remove(0L);
        return handles;
    }

    /** What is in the cells of the region, those of blocks in cells included. */
    private Set<Long> inCells(Cells cells) {
        Set<Long> handles = new TreeSet<>();
        handles.add(world.array);
        for (Slot slot : cells.all()) {
            Block block = slot.get();
            if (block != null) {
                handles.add(block.handle());
                if (isNode(block)) {
                    handles.add(region.memory.getLong(block.offset() + NODE_CELL));
                }
            }
        }
        handles.add(cells.roots.get(SHARED).handle());
        handles.remove(0L);
        return handles;
    }

    private boolean isNode(Block block) {
        long size = region.memory.getLong(new LedgerScan(region.memory, region.map)
                        .blockAt(block.offset())
                        .recordAt()
                + RecordLayout.SIZE_OFFSET);
        return RecordWords.typeOf(size) == nodeType;
    }

    private void emptyCells(Cells cells) {
        cells.all().forEach(slot -> empty(slot, cells));
        cells.roots.get(SHARED).retire();
    }

    private void empty(Slot slot, Cells cells) {
        Block block = slot.take();
        if (block != null) {
            Block inner = isNode(block) ? cells.space.slot(block, NODE_CELL).take() : null;
            if (inner != null) {
                inner.free();
            }
            block.free();
        }
    }

    /** Puts what was lost back where its record says that it is, and frees it. */
    private void findAgain(List<Losses.Lost> lost, Cells cells) {
        for (Losses.Lost block : lost) {
            Slot slot = cells.all().stream()
                    .filter(cell -> cell.offset() == block.cell())
                    .findFirst()
                    .orElseThrow();
            region.memory.putLong(block.cell(), block.handle());
            empty(slot, cells);
        }
    }

    /** As an operator does in the end; with what is in them. */
    private void releaseOrphans(Heap heap) {
        for (long offset : Kept.orphans(region).values()) {
            RecordView block = new LedgerScan(region.memory, region.map).blockAt(offset);
            assertThat(heap.freeUnowned(block)).as("release of %s", block).isTrue();
        }
    }

    private void checkSecrets() {
        for (long at = region.map.slabAt(0); at + 8 <= region.memory.size(); at += 8) {
            if ((region.memory.getLong(at) & SECRET_MASK) == SECRET_STAMP) {
                throw new AssertionError("a secret is left at offset " + at);
            }
        }
    }

    List<String> trace() {
        return Collections.unmodifiableList(trace);
    }
}
