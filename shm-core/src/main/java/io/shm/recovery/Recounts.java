package io.shm.recovery;

import io.shm.heap.Recount;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participants;
import java.util.Arrays;

/**
 * Sees to it that what the dead had charged against budgets does not stay: by the housekeeper until a recount has
 * succeeded, with growing pauses, and before an allocation is refused, if anybody has gone since the last one.
 *
 * <p>Threads: safe. A crash leaves the recount to whoever is refused next.
 */
public final class Recounts {
    private static final int LONGEST_PAUSE = 128;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Participants participants;
    /** The slots' words at the last recount; at first none, for nobody knows who has gone before. */
    private final long[] words = new long[RegionMap.PARTICIPANTS];

    private int pause = 1;
    private int wait;
    private boolean due;

    public Recounts(SharedMemory memory, RegionMap map, Participants participants) {
        this.memory = memory;
        this.map = map;
        this.participants = participants;
    }

    /** Somebody was settled by this process: the next looks try until it is done. */
    public synchronized void request() {
        due = true;
        pause = 1;
        wait = 0;
    }

    /** By the housekeeper, ten times a second. */
    public synchronized void look() {
        if (due && --wait < 0 && !run()) {
            wait = pause;
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
    }

    /** Whether there may be more room in a budget now than an allocation found that is about to be refused. */
    public synchronized boolean beforeRefusal() {
        return (due || !Arrays.equals(words, now())) && run();
    }

    private boolean run() {
        long[] now = now();
        if (!new Recount(memory, map, -1).run()) {
            return false;
        }
        System.arraycopy(now, 0, words, 0, now.length);
        due = false;
        return true;
    }

    private long[] now() {
        long[] now = new long[RegionMap.PARTICIPANTS];
        Arrays.setAll(now, participants::word);
        return now;
    }
}
