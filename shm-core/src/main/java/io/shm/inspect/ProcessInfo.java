package io.shm.inspect;

import java.time.Instant;

/**
 * Who a process is or was.
 *
 * @param id id in the region's process history, 0 if unknown
 * @param pid as its own namespace numbers it, 0 if forgotten
 * @param state alive, dead, left or unknown
 * @param name what it called itself when it joined
 */
public record ProcessInfo(
        int id, int pid, Liveness state, String name, long startTicks, long pidNamespace, int uid, Instant joinedAt) {
    /** {@code LOCK_LOST}: alive by its pid and start ticks, although its lock is gone. */
    public enum Liveness {
        ALIVE,
        LOCK_LOST,
        DEAD,
        LEFT,
        UNKNOWN
    }
}
