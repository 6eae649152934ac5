package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.PoolSpec;
import io.shm.inspect.EventCursor;
import io.shm.inspect.EventsLook;
import io.shm.inspect.Inspector;
import io.shm.inspect.Source;
import io.shm.inspect.ToldAndLive;
import io.shm.layout.EventLayout;
import io.shm.layout.EventLogLayout;
import io.shm.layout.EventRingLayout;
import io.shm.ledger.EventLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Types;
import io.shm.memory.ArmedMemory;
import io.shm.memory.CrashingMemory;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process that is traced dies before the n-th write of what it does, those of its events among them, with all or some of its
 * last plain stores; then so does who reclaims it. Whoever looks afterwards reads whole events only, and the replay is the
 * ledger's live set, but for the one step of each death that was done and not told any more.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventTraceCrashTest {
    private static final int SIZE = 768 << 10;
    private static final int VICTIM = 1;
    private static final int LIVING = 2;
    private static final int RINGS = 3;
    private static final int ENTRIES = 64;
    private static final PoolSpec POOL = new PoolSpec("p", 300, 4, true);

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final Random random = new Random(seed);
    /** Replays that lacked the last step of a dead one. */
    private int untold;

    EventTraceCrashTest() {
        System.out.println("EventTraceCrashTest -Dshm.seed=" + seed);
    }

    /** How a mistake in the code that writes events would change the accesses to a log. */
    private interface Mistake {
        SharedMemory in(SharedMemory view, EventLog log);
    }

    private static final Mistake NONE = (view, log) -> view;

    /** The number of an entry is written before what it announces, and not after. */
    private static final Mistake COMMITS_BEFORE_CONTENT = (view, log) -> new ForwardingMemory(view) {
        private long number;

        @Override
        public long getAndAddLong(long offset, long delta) {
            long before = super.getAndAddLong(offset, delta);
            number = before;
            return before;
        }

        @Override
        public void putLong(long offset, long value) {
            if (isSequence(log, offset) && value == 0) {
                super.putLongRelease(offset, number + 1);
            } else {
                super.putLong(offset, value);
            }
        }
    };

    /** The body may be seen after the number, which is a plain store. */
    private static final Mistake COMMITS_BY_A_PLAIN_STORE = (view, log) -> new ForwardingMemory(view) {
        @Override
        public void putLongRelease(long offset, long value) {
            if (isSequence(log, offset)) {
                super.putLong(offset, value);
            } else {
                super.putLongRelease(offset, value);
            }
        }
    };

    /** Who settles what the dead held says nothing of it. */
    private static final Mistake RECLAIMS_IN_SILENCE = (view, log) -> new ForwardingMemory(view) {
        @Override
        public long getAndAddLong(long offset, long delta) {
            return offset == log.offset() + EventLogLayout.LENGTH + (RINGS - 1L) * EventRingLayout.LENGTH
                    ? -1
                    : super.getAndAddLong(offset, delta);
        }
    };

    private static boolean isSequence(EventLog log, long offset) {
        long entries = offset - entryAt(log, 0, 0);
        return entries >= 0
                && entries < (long) RINGS * ENTRIES * EventLayout.LENGTH
                && entries % EventLayout.LENGTH == EventLayout.SEQUENCE_OFFSET;
    }

    private static long entryAt(EventLog log, int ring, long number) {
        return log.offset()
                + EventLogLayout.LENGTH
                + (long) RINGS * EventRingLayout.LENGTH
                + ((long) ring * ENTRIES + number % ENTRIES) * EventLayout.LENGTH;
    }

    @Test
    void whatIsReadIsWholeAndTheReplayIsTheLedgersLiveSet() {
        diesEverywhere(NONE, NONE);
        assertThat(untold).as("seed %d: a step that was not told", seed).isPositive();
    }

    @Test
    void theChecksCatchWhoCommitsBeforeTheContent() {
        assertThat(complaint(COMMITS_BEFORE_CONTENT, NONE)).containsPattern("event \\d+ of ring 0, died");
        assertThat(complaint(COMMITS_BY_A_PLAIN_STORE, NONE)).containsPattern("event \\d+ of ring 0, died");
    }

    @Test
    void theChecksCatchWhoReclaimsAndDoesNotSaySo() {
        assertThat(complaint(NONE, RECLAIMS_IN_SILENCE)).contains("freed and not told");
    }

    private String complaint(Mistake victims, Mistake reclaimers) {
        try {
            diesEverywhere(victims, reclaimers);
        } catch (AssertionError e) {
            return e.getMessage();
        }
        throw new AssertionError("not caught, seed=" + seed);
    }

    // ---------------------------------------------------------------- the loop

    private void diesEverywhere(Mistake victims, Mistake reclaimers) {
        boolean finished = false;
        for (long n = 1; !finished; n++) {
            for (Random lost : LosingMemory.losses(random)) {
                // Policies take turns.
                finished = dies(n, lost, random.nextBoolean(), victims, reclaimers);
            }
        }
    }

    private boolean dies(long n, Random lost, boolean keeps, Mistake victims, Mistake reclaimers) {
        String when = "died at write " + n + ", seed=" + seed;
        CellFixture world = new CellFixture(SIZE, POOL);
        SharedMemory memory = world.region.memory;
        CellFixture.Peer living = world.peer(LIVING);
        EventLog log = makeLog(world, living);
        living.heap.writeTo(log);
        ArmedMemory view = new ArmedMemory(memory);
        CellFixture.Peer victim = world.peer(VICTIM, view);
        victim.heap.writeTo(EventLog.find(victims.in(view, log), world.region.map));
        living.root("mail").publish(living.allocate(70));
        living.root("shared").share(living.allocate(80)).close();
        Block had = victim.allocate(100);
        int tag = world.region.tags.idOf("p");
        // It has the slabs already: what is in danger is what is told of.
        victim.allocate(100).free();

        view.arm(new LosingMemory(memory, n, lost));
        boolean finished = runs(() -> work(victim, had, tag));
        assertWhole(memory, log, when);

        int untoldByReclaimers = 0;
        if (n % 2 == 0) {
            try {
                SharedMemory crashing = new CrashingMemory(memory, 1 + random.nextInt(30));
                world.region.reclaim(reclaimers.in(crashing, log), keeps).reclaim(VICTIM - 1);
            } catch (CrashingMemory.Crash e) {
                untoldByReclaimers = 1;
                assertWhole(memory, log, when);
            }
        }
        world.region.reclaim(reclaimers.in(memory, log), keeps).reclaim(VICTIM - 1);
        assertWhole(memory, log, when);
        int untoldByVictim = finished ? 0 : 1;
        assertReplay(world, keeps, untoldByVictim, untoldByReclaimers, when);

        // Others go on with what is there.
        for (int i = 0; i < 3; i++) {
            living.allocate(100).free();
            living.heap.tryAllocate(300, tag, 0, 0);
        }
        Block mail = living.root("mail").take();
        if (mail != null) {
            mail.free();
        }
        assertReplay(world, keeps, untoldByVictim, untoldByReclaimers, when);
        return finished;
    }

    private static EventLog makeLog(CellFixture world, CellFixture.Peer living) {
        long bytes = EventLogLayout.bytes(RINGS, ENTRIES);
        int flags = BlockSpec.of(bytes).alignment(EventLog.ALIGNMENT).flags();
        Block block = living.heap.tryAllocate(bytes, 0, 0, Heap.request(flags, Types.NONE));
        EventLog.format(world.region.memory, block.offset(), RINGS, ENTRIES);
        assertThat(living.root(EventLog.ROOT).publish(block)).isTrue();
        EventLog log = EventLog.find(world.region.memory, world.region.map);
        log.turn(true, 1);
        return log;
    }

    /** Some of all that is told of. */
    private static void work(CellFixture.Peer victim, Block had, int tag) {
        Block first = victim.allocate(100);
        Block second = victim.heap.tryAllocate(300, tag, 0, 0);
        had.free();
        Block taken = victim.root("mail").take();
        victim.root("mail").publish(first);
        taken.free();
        Hold hold = victim.root("shared").acquire();
        victim.root("shared").retire();
        hold.close();
        second.free();
        victim.allocate(100);
    }

    private static boolean runs(Runnable operation) {
        try {
            operation.run();
            return true;
        } catch (LosingMemory.Crash e) {
            return false;
        }
    }

    // ---------------------------------------------------------------- what must hold

    /** An entry that has its number is whole, whoever died; and at most one of each who died has none. */
    private static void assertWhole(SharedMemory memory, EventLog log, String when) {
        for (int ring = 0; ring < RINGS; ring++) {
            int unfinished = 0;
            for (long number = 0; number < log.next(ring); number++) {
                boolean isAnnounced =
                        memory.getLong(entryAt(log, ring, number) + EventLayout.SEQUENCE_OFFSET) == number + 1;
                boolean isRead = log.read(ring, number) != null;
                assertThat(isRead)
                        .as("event %d of ring %d, %s", number, ring, when)
                        .isEqualTo(isAnnounced);
                unfinished += isAnnounced ? 0 : 1;
            }
            assertThat(unfinished).as("not complete, ring %d, %s", ring, when).isLessThanOrEqualTo(1);
        }
    }

    private void assertReplay(
            CellFixture world, boolean keeps, int untoldByVictim, int untoldByReclaimers, String when) {
        SharedMemory memory = world.region.memory;
        Inspector inspector = Inspector.of(memory, new Source("traced", "traced", true, Source.NO_LOCKS, () -> {}));
        EventsLook look = inspector.events(EventCursor.once());
        assertThat(look.missed()).as(when).isZero();
        ToldAndLive difference = ToldAndLive.of(inspector, look);
        // By the dead one, or by who died when it settled that.
        assertThat(difference.onlyTold())
                .as("freed and not told, %s", when)
                .hasSizeLessThanOrEqualTo(untoldByVictim + untoldByReclaimers);
        for (long offset : difference.onlyTold()) {
            // Its slab may be another's by now, or nobody's.
            RecordView block = new LedgerScan(memory, world.region.map).blockAt(offset);
            assertThat(block == null || block.isFree())
                    .as("%d, %s", offset, when)
                    .isTrue();
        }
        // Kept for whoever adopts it.
        assertThat(difference.onlyLive())
                .as("allocated and not told, %s", when)
                .hasSizeLessThanOrEqualTo(keeps ? untoldByVictim : 0);
        untold += difference.onlyTold().size() + difference.onlyLive().size();
    }
}
