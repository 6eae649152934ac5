package io.shm.schedule;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.participant.SlotLocks;
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
    private FakeLocks.FakeProcess process;
    private Participants participants;
    private Membership membership;
    private Heap heap;
    private boolean dead;

    /** A block that is this actor's alone: what another writes to it would be seen. */
    static final class Owned {
        final Block block;
        final long stamp;

        Owned(Block block, long stamp) {
            this.block = block;
            this.stamp = stamp;
        }

        private long last() {
            return (block.size() - 8) & -8L;
        }

        void write() {
            block.putLong(0, stamp);
            block.putLong(last(), stamp);
        }

        boolean isSecret() {
            return (stamp & Schedule.SECRET_MASK) == Schedule.SECRET_STAMP;
        }

        void check() {
            if (block.getLong(0) != stamp || block.getLong(last()) != stamp) {
                throw new AssertionError("another has written to " + block + ": " + Long.toHexString(block.getLong(0))
                        + " and " + Long.toHexString(block.getLong(last())) + ", not " + Long.toHexString(stamp));
            }
        }
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
        heap = schedule.region.heap(membership.owner(), view);
        if (random.nextBoolean()) {
            heap.beforeRefusal(() -> reapDead() > 0);
        }
    }

    /** In good order: what it still has is reclaimed. */
    void leave() {
        owned.forEach(Owned::check);
        owned.clear();
        heap.close();
        participants.leave(membership, settlement());
        buffer.drain();
        process.kill();
    }

    private Settlement settlement() {
        return new Settlement(() -> schedule.region.reclaim(reclaimersView, false), (slot, held) -> {});
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
        owned.clear();
        stale.clear();
        process.kill();
        dead = true;
        schedule.deaths++;
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
        stale.add(given.block.handle());
        return given;
    }

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
