package io.shm.participant;

import io.shm.error.BusyException;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantWord;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import io.shm.participant.LivenessCheck.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The participants of a region: who joins, leaves, and is found dead.
 *
 * <p>Threads and processes: every method may be called by anyone at any time. A slot changes only under its
 * liveness lock, so of several joiners or reapers that meet in one slot, one goes on and the others pass by; nobody
 * waits, but a joiner who would be refused.
 */
public final class Participants {
    private static final int NAMED_IN_MESSAGE = 5;
    private static final int WAITS = 200;
    private static final long WAIT_NANOS = 10_000_000;

    private final SharedMemory memory;
    private final SlotLocks locks;
    private final ProcessTable processes;
    private final ParticipantStates states;
    private final ProcessHistory history;
    private final int waits;

    public Participants(SharedMemory memory, RegionMap map, SlotLocks locks) {
        this(memory, map, locks, ProcessTable.SYSTEM);
    }

    public Participants(SharedMemory memory, RegionMap map, SlotLocks locks, ProcessTable processes) {
        this(memory, map, locks, processes, WAITS);
    }

    /** @param waits how often a joiner looks again, each a hundredth of a second after the last, before it is refused */
    Participants(SharedMemory memory, RegionMap map, SlotLocks locks, ProcessTable processes, int waits) {
        this.waits = waits;
        this.memory = memory;
        this.locks = locks;
        this.processes = processes;
        this.states = new ParticipantStates(memory);
        this.history = new ProcessHistory(memory, map);
    }

    public ProcessHistory history() {
        return history;
    }

    /**
     * Takes a slot for this process: an empty one, or else that of a dead process, reclaimed first. Where others are about
     * to empty one, waits for them, for two seconds at most.
     *
     * @param processName for people; cut to 64 bytes of UTF-8
     * @param reclaimer frees what a dead participant held; null where nobody can, and then only empty slots are taken
     * @throws BusyException where no slot can be had
     */
    public Membership join(String processName, Reclaimer reclaimer) {
        Membership membership = tryJoin(processName, reclaimer);
        for (int wait = 0; membership == null && wait < waits && reclaimer != null && isAnyGoing(); wait++) {
            LockSupport.parkNanos(WAIT_NANOS);
            membership = tryJoin(processName, reclaimer);
        }
        if (membership == null) {
            throw busy();
        }
        return membership;
    }

    /** Whether a slot is held by somebody who is not its participant: a reaper, or a joiner, who may be done soon. */
    private boolean isAnyGoing() {
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            ParticipantState state = stateOf(slot);
            if (state == ParticipantState.EMPTY
                    || (state != null && standing(slot, SlotLocks.Held.FREE) == Standing.DEAD)) {
                return true;
            }
        }
        return false;
    }

    /** Null where no slot can be had now. */
    private Membership tryJoin(String processName, Reclaimer reclaimer) {
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            if (stateOf(slot) == ParticipantState.EMPTY && locks.tryHold(slot)) {
                Membership taken = takeHeld(slot, processName, null);
                if (taken != null) {
                    return taken;
                }
            }
        }
        for (int slot = 0; reclaimer != null && slot < RegionMap.PARTICIPANTS; slot++) {
            if (stateOf(slot) != null && locks.tryHold(slot)) {
                Membership taken = takeHeld(slot, processName, reclaimer);
                if (taken != null) {
                    return taken;
                }
            }
        }
        return null;
    }

    /**
     * Gives the slot back; everything that it owned has been given up before.
     *
     * @return false where the slot is no longer this membership's, because it left before or was reaped
     */
    public boolean leave(Membership membership) {
        return leave(membership, slot -> {});
    }

    /**
     * Gives the slot back, and lets the reclaimer settle what it still owns.
     *
     * @return false where the slot is no longer this membership's, because it left before or was reaped
     */
    public boolean leave(Membership membership, Reclaimer reclaimer) {
        if (!isCurrent(membership)) {
            return false;
        }
        history.leave(membership.processId(), System.currentTimeMillis());
        try {
            return retireHeld(membership.slot(), reclaimer);
        } finally {
            locks.letGo(membership.slot());
        }
    }

    /**
     * Reclaims what a dead participant held and empties its slot.
     *
     * @return false where the slot is empty, or its process is alive, or another reaper is at it
     */
    public boolean reap(int slot, Reclaimer reclaimer) {
        ParticipantState state = stateOf(slot);
        if (state == null || state == ParticipantState.EMPTY || !locks.tryHold(slot)) {
            return false;
        }
        try {
            return reapHeld(slot, reclaimer);
        } finally {
            locks.letGo(slot);
        }
    }

    /**
     * Gives a slot whose word is damaged back to joiners, and settles what it owned. Nothing happens where its lock is held,
     * or where the process that its body names is there.
     *
     * @return whether the slot is empty now
     */
    public boolean restore(int slot, Reclaimer reclaimer) {
        if (!locks.tryHold(slot)) {
            return false;
        }
        try {
            long word = states.word(slot);
            if (ParticipantWord.isSound(word) && ParticipantStates.stateOf(word) != null) {
                return false;
            }
            // By the second, so no number of joins comes near it.
            long incarnation = System.currentTimeMillis() / 1000;
            return standing(slot, SlotLocks.Held.FREE) == Standing.DEAD
                    && states.restore(slot, word, incarnation)
                    && retireHeld(slot, reclaimer);
        } finally {
            locks.letGo(slot);
        }
    }

    /**
     * Settles what carries the owner number of a slot that is empty: there should be nothing.
     *
     * @return false where somebody is in the slot, or holds its lock
     */
    public boolean settleEmpty(int slot, Reclaimer reclaimer) {
        if (!locks.tryHold(slot)) {
            return false;
        }
        try {
            if (stateOf(slot) != ParticipantState.EMPTY) {
                return false;
            }
            reclaimer.reclaim(slot);
            return true;
        } finally {
            locks.letGo(slot);
        }
    }

    /** Reaps all the dead; how many there were. */
    public int reapDead(Reclaimer reclaimer) {
        int reaped = 0;
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            if (reap(slot, reclaimer)) {
                reaped++;
            }
        }
        return reaped;
    }

    /** Whether the slot is still this membership's, as a process asks that has lost its lock. */
    public boolean isCurrent(Membership membership) {
        long word = states.word(membership.slot());
        ParticipantState state = ParticipantStates.stateOf(word);
        return state != null
                && state != ParticipantState.EMPTY
                && ParticipantWord.incarnation(word) == membership.incarnation();
    }

    /**
     * Whether a process that has not begun to leave may go on: its slot is ACTIVE, and still its own. False means that
     * somebody took it for dead, or that the word is damaged.
     */
    public boolean isActive(Membership membership) {
        long word = states.word(membership.slot());
        return ParticipantStates.stateOf(word) == ParticipantState.ACTIVE
                && ParticipantWord.incarnation(word) == membership.incarnation();
    }

    /** Whether a slot is in use although nobody holds its lock: one system call, and worth a closer look if so. */
    public boolean isDeserted(int slot) {
        ParticipantState state = stateOf(slot);
        return state != null && state != ParticipantState.EMPTY && locks.probe(slot) == SlotLocks.Held.FREE;
    }

    /**
     * Who is in a slot whose lock is free although its process is there and has not begun to leave; empty otherwise. The
     * word is read on both sides of the probe: who leaves makes it REAPING before it lets the lock go.
     */
    public Optional<Participant> withoutLock(int slot) {
        Optional<Participant> before = at(slot).filter(p -> p.state() == ParticipantState.ACTIVE);
        if (before.isEmpty()
                || locks.probe(slot) != SlotLocks.Held.FREE
                || standing(slot, SlotLocks.Held.FREE) != Standing.LOCK_LOST) {
            return Optional.empty();
        }
        return at(slot).filter(p -> p.state() == ParticipantState.ACTIVE
                && p.incarnation() == before.get().incarnation());
    }

    /** The word of a slot: another one as soon as the slot has been given back. */
    public long word(int slot) {
        return states.word(slot);
    }

    /** Whether the process in a slot is alive, by its lock and the process table; empty for a slot not in use. */
    public Optional<Standing> standing(int slot) {
        // Who holds the lock of a slot in REAPING is its reaper; it says nothing about the process that was there.
        return at(slot).map(participant -> standing(
                slot, participant.state() == ParticipantState.REAPING ? SlotLocks.Held.UNKNOWN : locks.probe(slot)));
    }

    /** Who is in a slot; empty where nobody is, or the word is damaged, or it changed hands while being read. */
    public Optional<Participant> at(int slot) {
        long word = states.word(slot);
        ParticipantState state = ParticipantStates.stateOf(word);
        if (state == null || state == ParticipantState.EMPTY) {
            return Optional.empty();
        }
        ProcessEntry entry = SlotBody.read(memory, slot);
        long heartbeat = SlotBody.heartbeat(memory, slot);
        // Pairs with the store-store fence in writeBody: a body of the next incarnation is not taken for this one's.
        SharedMemory.loadLoadFence();
        long again = states.word(slot);
        return ParticipantWord.incarnation(again) == ParticipantWord.incarnation(word)
                ? Optional.of(new Participant(slot, state, ParticipantWord.incarnation(word), entry, heartbeat))
                : Optional.empty();
    }

    /** What is wrong with the slots, one sentence each; empty when nothing is. */
    public List<String> checkInvariants() {
        List<String> broken = new ArrayList<>();
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            long word = states.word(slot);
            if (ParticipantStates.stateOf(word) == null) {
                broken.add("the word of a participant slot is damaged: slot=" + slot + " observed=0x"
                        + Long.toHexString(word));
            }
        }
        return broken;
    }

    // ---------------------------------------------------------------- under the slot's lock

    /** Fills an empty slot and makes it ACTIVE; null, and the lock let go, where it is not empty after all. */
    private Membership takeHeld(int slot, String processName, Reclaimer reclaimer) {
        Membership taken = null;
        try {
            // Read again: whoever held the lock between our look and our lock may have taken the slot, and died.
            if (reclaimer != null && stateOf(slot) != ParticipantState.EMPTY) {
                reapHeld(slot, reclaimer);
            }
            long word = states.word(slot);
            if (ParticipantStates.stateOf(word) == ParticipantState.EMPTY) {
                int processId = writeBody(slot, processName);
                if (states.activate(slot, word)) {
                    taken = new Membership(slot, processId, ParticipantWord.incarnation(word));
                }
            }
            return taken;
        } finally {
            if (taken == null) {
                locks.letGo(slot);
            }
        }
    }

    /** Dies half-way: an EMPTY slot with somebody's body, which nobody reads. */
    private int writeBody(int slot, String processName) {
        ProcessIdentity self = processes.self();
        byte[] name = NameField.encode(processName);
        long joinedAt = System.currentTimeMillis();
        int processId = history.enter(slot, self, name, joinedAt, this::takesPart);
        // The word said EMPTY before any of this body can be seen; pairs with the re-read in at.
        SharedMemory.storeStoreFence();
        SlotBody.write(memory, slot, processId, self, name, joinedAt);
        return processId;
    }

    /** Empties a slot in use if its process is really gone; the lock stays held. */
    private boolean reapHeld(int slot, Reclaimer reclaimer) {
        ParticipantState state = stateOf(slot);
        return state != null
                && state != ParticipantState.EMPTY
                && standing(slot, SlotLocks.Held.FREE) == Standing.DEAD
                && retireHeld(slot, reclaimer);
    }

    private boolean retireHeld(int slot, Reclaimer reclaimer) {
        long word = states.word(slot);
        if (ParticipantStates.stateOf(word) == ParticipantState.ACTIVE) {
            if (!states.startReaping(slot, word)) {
                return false;
            }
            word = states.word(slot);
        }
        reclaimer.reclaim(slot);
        return states.empty(slot, word);
    }

    // ---------------------------------------------------------------- looking

    private ParticipantState stateOf(int slot) {
        return ParticipantStates.stateOf(states.word(slot));
    }

    private boolean takesPart(int processId) {
        for (int slot = 0; processId != 0 && slot < RegionMap.PARTICIPANTS; slot++) {
            ParticipantState state = stateOf(slot);
            if (state != null
                    && state != ParticipantState.EMPTY
                    && SlotBody.read(memory, slot).id() == processId) {
                return true;
            }
        }
        return false;
    }

    private Standing standing(int slot, SlotLocks.Held held) {
        ProcessEntry recorded = SlotBody.read(memory, slot);
        Evidence evidence = held == SlotLocks.Held.HELD
                ? Evidence.PRESENT
                : processes.of(recorded.pid(), recorded.startTicks(), recorded.pidNamespace());
        return LivenessCheck.decide(held, evidence, held == SlotLocks.Held.UNKNOWN && sameBoot());
    }

    /** The boot that the region was made in: as long as it runs, every participant has joined in it. */
    private boolean sameBoot() {
        return processes
                .self()
                .sameBootAs(
                        memory.getLong(HeaderLayout.BOOT_ID_HIGH_OFFSET),
                        memory.getLong(HeaderLayout.BOOT_ID_LOW_OFFSET));
    }

    private BusyException busy() {
        List<String> names = new ArrayList<>();
        int taken = 0;
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            Optional<Participant> participant = at(slot);
            if (participant.isPresent()) {
                taken++;
                if (names.size() < NAMED_IN_MESSAGE) {
                    ProcessEntry entry = participant.get().entry();
                    names.add(entry.pid() + " " + entry.name());
                }
            }
        }
        return new BusyException("no place for another process: " + taken + " of " + RegionMap.PARTICIPANTS
                + " places are taken, by " + String.join(", ", names)
                + (taken > names.size() ? " and " + (taken - names.size()) + " more" : ""));
    }
}
