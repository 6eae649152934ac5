package io.shm.channel;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RoleWord;
import io.shm.memory.SharedMemory;

/**
 * That one thread alone sends on a channel, or receives from it: a word of the region that names the thread, or is 0.
 *
 * <pre>
 *       claim                resign, reclaim (P is dead)
 *   0 ---------> (P,thread) -----------------------------> 0
 * </pre>
 *
 * <p>Threads and processes: safe; of several that claim it at once one has it. Dies holding it: whoever reclaims P gives it
 * back, after P's slots.
 */
final class Role {
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
        return word == mine || (word == 0 && memory.compareAndSetLong(at, 0, mine));
    }

    /** @throws IllegalStateException if another thread has it */
    void require() {
        if (memory.getLongAcquire(at) != mine() && !claim()) {
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
        return new IllegalStateException(name + ", and that is " + holder + " until it resigns or its process ends");
    }

    /** Of the calling thread; nothing happens where it has it not. All that it has stored is there for the next one. */
    void resign() {
        long mine = mine();
        if (memory.getLongAcquire(at) == mine) {
            memory.compareAndSetLong(at, mine, 0);
        }
    }
}
