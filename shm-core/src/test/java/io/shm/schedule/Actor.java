package io.shm.schedule;

import io.shm.cell.CellArray;
import io.shm.cell.CellSpace;
import io.shm.cell.Hold;
import io.shm.cell.Participation;
import io.shm.cell.Roots;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.inspect.Source;
import io.shm.layout.Handle;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.participant.SlotLocks;
import io.shm.recovery.Adoption;
import io.shm.recovery.Orphan;
import io.shm.recovery.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/** A participant of a schedule: joins, does what its program says, dies perhaps, and begins a new life perhaps. */
final class Actor {
    final int number;
    final Schedule schedule;
    final SplittableRandom random;
    /** What it owns and what was written there. */
    final List<Owned> owned = new ArrayList<>();

    private final StoreBuffer buffer;
    /** Handles of blocks that it has freed: nobody may find anything there any more. */
    final List<Long> stale = new ArrayList<>();

    private final SharedMemory view;
    private final SharedMemory reclaimersView;
    private final ExecutorService aide;
    /** Handles of blocks that it has offered, and to whom does not matter here. */
    final List<Long> offered = new ArrayList<>();

    private final List<HeldBlock> held = new ArrayList<>();
    private CellSpace space;
    private Roots roots;
    private FakeLocks.FakeProcess process;
    private Participants participants;
    private Membership membership;
    private Heap heap;
    private Adoption adoption;
    private final List<Orphan> adopted = new ArrayList<>();
    private boolean dead;
    /** What it is about that a death leaves untold. */
    private boolean telling;

    private boolean adopting;
    private AssertionError wrong;

    /** A block that is this actor's alone: what another writes to it would be seen. */
    static final class Owned {
        final Block block;
        final long stamp;

        Owned(Block block, long stamp) {
            this.block = block;
            this.stamp = stamp;
        }

        void write() {
            block.putLong(0, stamp);
            block.putLong(last(block), stamp);
        }

        boolean isSecret() {
            return (stamp & Schedule.SECRET_MASK) == Schedule.SECRET_STAMP;
        }

        void check() {
            if (block.getLong(0) != stamp || block.getLong(last(block)) != stamp) {
                throw new AssertionError("another has written to " + block + ": " + Long.toHexString(block.getLong(0))
                        + " and " + Long.toHexString(block.getLong(last(block))) + ", not " + Long.toHexString(stamp));
            }
        }
    }

    private record HeldBlock(Hold hold, long stamp) {}

    private static long last(Block block) {
        return (block.size() - 8) & -8L;
    }

    /** What whoever had the block before has written there. */
    private static long stampOf(Block block) {
        long stamp = block.getLong(0);
        if (stamp == 0 || block.getLong(last(block)) != stamp) {
            throw new AssertionError("not as it was left: " + block + ": " + Long.toHexString(stamp) + " and "
                    + Long.toHexString(block.getLong(last(block))));
        }
        return stamp;
    }

    Actor(int number, Schedule schedule, ExecutorService aide, SplittableRandom random, int keptBack) {
        this.number = number;
        this.schedule = schedule;
        this.aide = aide;
        this.random = random;
        this.buffer = new StoreBuffer(schedule.region.memory, keptBack);
        Sabotage sabotage = schedule.sabotage;
        SharedMemory plain = new ScheduledMemory(
                schedule.region.memory, schedule.scheduler, number, buffer, sabotage != Sabotage.COMMIT_IS_NO_FENCE);
        this.view = sabotage == null ? plain : sabotage.worker(plain, schedule.region.map);
        this.reclaimersView = sabotage == null ? plain : sabotage.reclaimer(plain, schedule.region.map);
    }

    // ---------------------------------------------------------------- life

    void join() {
        process = schedule.machine.start();
        participants = new Participants(view, schedule.region.map, process, process);
        membership = participants.join("actor-" + number, settlement());
        heap = schedule.region.heapOf(membership, view);
        space = new CellSpace(view, schedule.region.map, heap, new Sites(view, schedule.region.map));
        roots = new Roots(space, view, schedule.region.map);
        adoption = new Adoption(
                heap,
                scan(),
                new Sites(view, schedule.region.map),
                new Tags(view, schedule.region.map),
                participants,
                0,
                this::adopted,
                new HereAndNow());
        schedule.present.put(number, self());
        if (random.nextBoolean()) {
            heap.beforeRefusal(() -> reapDead() > 0);
        }
    }

    /** In good order: what it still has is reclaimed. */
    void leave() {
        owned.forEach(Owned::check);
        held.forEach(Actor::check);
        forget(false);
        heap.close();
        participants.leave(membership, settlement());
        buffer.drain();
        process.kill();
    }

    /** Orphans are none that nobody knows: their owner has died, and was not reaped yet. */
    void lookForLeaks() {
        List<Leak> leaks = Inspector.of(view, new Source("schedule", "schedule", false, process, () -> {}))
                .leaks()
                .leaks();
        for (Leak leak : leaks) {
            if (leak.kind() != LeakKind.ORPHAN && leak.kind() != LeakKind.INDIRECT) {
                throw new AssertionError("no leak, but told of as one: " + leak);
            }
        }
    }

    private Settlement settlement() {
        return new Settlement(
                () -> schedule.region.reclaim(reclaimersView, schedule.setting.keeps()), (slot, held) -> {});
    }

    /** The whole program, on its thread. */
    void live() {
        int lives = 1;
        while (true) {
            try {
                join();
                for (int i = schedule.length; i > 0; i--) {
                    Operation operation = schedule.operations.get(random.nextInt(schedule.operations.size()));
                    schedule.trace(number, operation);
                    operation.run(this);
                }
                buffer.drain();
                return;
            } catch (Death death) {
                die();
                if (lives++ == 2 || !random.nextBoolean()) {
                    return;
                }
                schedule.scheduler.revive(number);
                dead = false;
            }
        }
    }

    private void die() {
        schedule.trace(number, "dies");
        StoreBuffer.Loss[] losses = StoreBuffer.Loss.values();
        buffer.lose(losses[random.nextInt(losses.length)], random);
        forget(true);
        stale.clear();
        schedule.losses.deathsOfWitnesses += telling ? 1 : 0;
        schedule.kept.deathsOfAdopters += adopting ? 1 : 0;
        telling = false;
        adopting = false;
        process.kill();
        dead = true;
        schedule.deaths++;
    }

    private void forget(boolean dies) {
        if (schedule.setting.keeps()) {
            owned.forEach(block -> schedule.kept.left(block.block.handle(), dies));
        }
        adopted.clear();
        owned.clear();
        held.clear();
        offered.clear();
        schedule.present.remove(number);
    }

    boolean isDead() {
        return dead;
    }

    void drainSome() {
        buffer.drainSome(random);
    }

    Heap heap() {
        return heap;
    }

    int reapDead() {
        return reapers().reapDead(settlement());
    }

    private Participants reapers() {
        return schedule.sabotage == Sabotage.REAPER_WITHOUT_THE_BYTE
                ? new Participants(view, schedule.region.map, new Careless(process), process)
                : participants;
    }

    /** A deliberate mistake: locks that let everybody in. */
    private record Careless(SlotLocks locks) implements SlotLocks {
        @Override
        public boolean tryHold(int slot) {
            return locks.probe(slot) == Held.FREE;
        }

        @Override
        public void letGo(int slot) {}

        @Override
        public Held probe(int slot) {
            return locks.probe(slot);
        }
    }

    // ---------------------------------------------------------------- what operations are made of

    /** Makes a block this actor's: nobody else has it from now on. */
    void own(Block block) {
        own(block, schedule.nextStamp(number));
    }

    /** As {@link #own}, with a stamp that must be nowhere in the end. */
    void ownSecretly(Block block) {
        own(block, Schedule.SECRET_STAMP | (schedule.nextStamp(number) & ~Schedule.SECRET_MASK));
    }

    private void own(Block block, long stamp) {
        if (block != null) {
            Owned mine = new Owned(block, stamp);
            mine.write();
            owned.add(mine);
        }
    }

    /** A secret stays one. */
    void ownAsBefore(Block block, Owned before) {
        if (before.isSecret()) {
            ownSecretly(block);
        } else {
            own(block);
        }
    }

    /** One of its blocks, taken out of the list, and found as it was left; null if it has none. */
    Owned giveOne() {
        if (owned.isEmpty()) {
            return null;
        }
        int at = random.nextInt(owned.size());
        Owned given = owned.get(at);
        owned.set(at, owned.get(owned.size() - 1));
        owned.remove(owned.size() - 1);
        given.check();
        return given;
    }

    // ---------------------------------------------------------------- cells

    CellSpace space() {
        return space;
    }

    Slot root(String name) {
        return roots.get(name);
    }

    CellArray array() {
        return new CellArray(space, root(Schedule.ARRAY_ROOT).get());
    }

    Participation self() {
        return new Participation(membership.slot(), membership.incarnation());
    }

    /** What it wanted to give away and could not. */
    void keep(Owned block) {
        owned.add(block);
    }

    /** That block of its own, taken out of the list. */
    Owned give(Block block) {
        Owned given = owned.stream().filter(o -> o.block == block).findFirst().orElseThrow();
        owned.remove(given);
        return given;
    }

    /** Stamps a block that it owns for a moment only. */
    void stamp(Block block) {
        new Owned(block, schedule.nextStamp(number)).write();
    }

    /** A block that was another's; null for none. What is in it is this actor's, too. */
    void receive(Block block) {
        if (block != null) {
            stampOf(block);
            empty(block);
            own(block);
        }
    }

    /** Takes what a block's own cell holds. */
    void empty(Block block) {
        if (heap.typeOf(block) != null) {
            receive(space.slot(block, Schedule.NODE_CELL).take());
        }
    }

    void hold(Hold hold) {
        held.add(new HeldBlock(hold, stampOf(hold.block())));
    }

    private static void check(HeldBlock held) {
        if (stampOf(held.hold().block()) != held.stamp()) {
            throw new AssertionError("changed while it was held: " + held.hold());
        }
    }

    void letGo() {
        if (!held.isEmpty()) {
            HeldBlock last = held.remove(random.nextInt(held.size()));
            check(last);
            last.hold().close();
        }
    }

    void withdrawAll() {
        for (long handle : offered) {
            receive(space.withdraw(handle, Site.UNKNOWN));
        }
        offered.clear();
    }

    /** Handles of the blocks that it keeps from being freed. */
    List<Long> heldHandles() {
        return held.stream().map(h -> h.hold().block().handle()).toList();
    }

    // ---------------------------------------------------------------- orphans

    LedgerScan scan() {
        return new LedgerScan(view, schedule.region.map);
    }

    /** As {@code shm release}: false where it is no orphan any more, or another was first. */
    boolean release(long offset) {
        RecordView block = scan().blockAt(offset);
        if (block == null || block.damaged() || block.state() != BlockState.ORPHAN) {
            return false;
        }
        long handle = block.handle();
        schedule.kept.decided(handle);
        boolean released = heap.freeUnowned(block);
        if (released) {
            stale.add(handle);
        }
        return released;
    }

    /** What the dead have left and this one's listener takes is its own. */
    void adoptOrphans() {
        adopting = true;
        adoption.look();
        adopting = false;
        if (wrong != null) {
            throw wrong;
        }
        for (Orphan orphan : adopted) {
            if (!orphan.mayBeHalfWritten()) {
                stampOf(orphan.block());
            }
            empty(orphan.block());
            own(orphan.block());
        }
        adopted.clear();
    }

    private void adopted(Orphan orphan) {
        boolean wanted = random.nextInt(4) > 0;
        try {
            schedule.kept.adopted(orphan, wanted);
        } catch (AssertionError e) {
            // Not what a listener throws.
            wrong = e;
        }
        if (!wanted) {
            throw new Crew.Unwanted();
        }
        adopted.add(orphan);
    }

    // ---------------------------------------------------------------- references that are written over

    void putRaw(String name, Block block) {
        telling = true;
        long before = root(name).putRaw(block, Site.of("raw.Writer", "put", "Writer.java", 1 + number));
        telling = false;
        if (before != Handle.NONE) {
            schedule.losses.overwritten(before, membership.processId());
        }
    }

    void lookForDamage() {
        telling = true;
        heap.lookForDamage();
        telling = false;
    }

    // ---------------------------------------------------------------- threads

    /** Another thread of this process does it meanwhile, with slabs of its own. */
    <T> T inAide(Callable<T> task) {
        try {
            return aide.submit(task).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
