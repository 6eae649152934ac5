package io.shm.recovery;

import io.shm.layout.RegionMap;
import io.shm.participant.Participant;
import io.shm.participant.Participants;
import io.shm.participant.Reclaimer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Finds the dead among the participants and reaps them.
 *
 * <p>Threads: safe; in a process one reaps at a time, and others wait for it. Processes: any number at once, for each slot
 * is reaped by whoever obtains its lock. A reaper that dies leaves a slot in REAPING whose lock is free: the next one
 * begins again.
 */
public final class Reaper {
    private static final int NOBODY = -1;

    private final Participants participants;
    private final int self;
    private final Reclaimer settlement;
    private final Consumer<Participant> lockLost;
    private final ReentrantLock lock = new ReentrantLock();
    /** Incarnation of each slot whose lost lock was told of. */
    private final long[] told = new long[RegionMap.PARTICIPANTS];

    /** Raised with the lock; read without it to see whether others have made room meanwhile. */
    private final AtomicLong reaped = new AtomicLong();

    private boolean stopped;

    /**
     * @param self this process's own slot, which is never looked at; negative where it has none
     * @param lockLost is told once of each participant that is there without its lock
     */
    public Reaper(Participants participants, int self, Reclaimer settlement, Consumer<Participant> lockLost) {
        this.participants = participants;
        this.self = self < 0 ? NOBODY : self;
        this.settlement = settlement;
        this.lockLost = lockLost;
        Arrays.fill(told, -1);
    }

    /**
     * Reaps all who are dead. Costs one system call for each other participant as long as all of them live.
     *
     * @return whether anybody was reaped since the call, also by another thread of this process
     */
    public boolean reapDead() {
        long before = reaped.get();
        lock.lock();
        try {
            for (int slot = 0; !stopped && slot < RegionMap.PARTICIPANTS; slot++) {
                if (slot != self && participants.isDeserted(slot)) {
                    reap(slot);
                }
            }
            return reaped.get() != before;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reaps the participant in a slot if it is dead.
     *
     * @return false where it is not, or another reaper is at it, or {@link #stop} was called
     */
    public boolean reap(int slot) {
        lock.lock();
        try {
            if (stopped) {
                return false;
            }
            if (participants.reap(slot, settlement)) {
                reaped.incrementAndGet();
                return true;
            }
            participants.withoutLock(slot).ifPresent(this::tell);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** No reaping after this; waits for one that is under way. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    private void tell(Participant participant) {
        if (told[participant.slot()] != participant.incarnation()) {
            told[participant.slot()] = participant.incarnation();
            lockLost.accept(participant);
        }
    }
}
