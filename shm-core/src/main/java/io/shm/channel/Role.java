package io.shm.channel;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RoleWord;
import io.shm.memory.SharedMemory;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * That one thread alone sends on a channel, or receives from it: a word of the region that names the thread, or is 0.
 *
 * <pre>
 *       claim                resign, reclaim (P is dead)
 *   0 ---------> (P,thread) -----------------------------> 0
 *                    | claim, once that thread has ended
 *                    `------> (P,another thread)
 * </pre>
 *
 * <p>A thread that has ended without resigning is followed by the next of its process that wants to: what it had begun it has
 * ended on its way out. Other processes see that P lives, and no more.
 *
 * <p>Threads and processes: safe; of several that claim it at once one has it. Dies holding it: whoever reclaims P gives it
 * back, after P's slots.
 */
final class Role {
    /** Threads of this process that have a role or had one, by their numbers, but those that are known to have ended. */
    private static final Map<Long, WeakReference<Thread>> CLAIMANTS = new ConcurrentHashMap<>();

    /** How long a thread that ends may take to be gone, milliseconds: an executor starts the next one before. */
    private static final long LONGEST_END = 500;

    private final SharedMemory memory;
    private final long at;
    private final int owner;
    private final String name;

    /**
     * @param at of its word
     * @param owner who would have it
     * @param name for messages: {@code "channel 'orders' has one sender"}
     */
    Role(SharedMemory memory, long at, int owner, String name) {
        this.memory = memory;
        this.at = at;
        this.owner = owner;
        this.name = name;
    }

    private long mine() {
        return RoleWord.pack(owner, Thread.currentThread().getId());
    }

    /** The calling thread has it from now on, if nobody else has. Dies after: as the class says. */
    boolean claim() {
        long mine = mine();
        long word = memory.getLongAcquire(at);
        return word == mine || ((word == 0 || isOver(word)) && claim(word, mine));
    }

    private boolean claim(long seen, long mine) {
        CLAIMANTS.values().removeIf(Role::hasEnded);
        // Before: whoever finds the word has to find the thread.
        CLAIMANTS.computeIfAbsent(RoleWord.thread(mine), thread -> new WeakReference<>(Thread.currentThread()));
        return memory.compareAndSetLong(at, seen, mine);
    }

    /** Whether it is of a thread of ours that is no more. */
    private boolean isOver(long word) {
        if (RoleWord.owner(word) != owner) {
            return false;
        }
        WeakReference<Thread> claimant = CLAIMANTS.get(RoleWord.thread(word));
        return claimant == null || hasEnded(claimant);
    }

    /** Where another thread of ours has it, which may be about to end: its successor may be quicker. */
    private boolean claimAfterItsEnd() {
        long word = memory.getLongAcquire(at);
        WeakReference<Thread> claimant = RoleWord.owner(word) == owner ? CLAIMANTS.get(RoleWord.thread(word)) : null;
        Thread thread = claimant == null ? null : claimant.get();
        if (thread != null && thread != Thread.currentThread()) {
            try {
                thread.join(LONGEST_END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return claim();
    }

    /**
     * One that nothing refers to runs no more, either. (A virtual one that was collected while it wrote or read a message leaves
     * that slot in use until its process ends.)
     */
    private static boolean hasEnded(WeakReference<Thread> claimant) {
        Thread thread = claimant.get();
        return thread == null || !thread.isAlive();
    }

    /** @throws IllegalStateException if another thread has it; one of ours is given a moment to end */
    void require() {
        if (memory.getLongAcquire(at) != mine() && !claim() && !claimAfterItsEnd()) {
            throw refused();
        }
    }

    private IllegalStateException refused() {
        long word = memory.getLongAcquire(at);
        int slot = RoleWord.owner(word) - 1;
        String holder = !RoleWord.isValid(word) || word == 0
                ? "another thread"
                : "thread " + RoleWord.thread(word) + " of process "
                        + memory.getInt(RegionMap.participantAt(slot) + ParticipantLayout.PID_OFFSET);
        String end =
                RoleWord.owner(word) == owner ? " until it resigns or ends" : " until it resigns or its process ends";
        return new IllegalStateException(name + ", and that is " + holder + end);
    }

    /** Of the calling thread; nothing happens where it has it not. All that it has stored is there for the next one. */
    void resign() {
        long mine = mine();
        if (memory.getLongAcquire(at) == mine) {
            memory.compareAndSetLong(at, mine, 0);
        }
    }
}
