package io.shm.segment;

import java.time.Instant;

/**
 * What IPC_STAT tells of a segment, as {@code struct shmid_ds}.
 *
 * @param key 0 for a private one, and for a removed one
 * @param size bytes as requested
 * @param mode permission bits
 * @param uid owner
 * @param cpid who made it
 * @param lpid who attached or detached last; 0 for nobody
 * @param nattch attachments now; -1 where the lock file is gone or may not be read
 * @param atime last attachment; null for never, as the other times
 * @param dtime last detachment by {@code close}; a process that is killed leaves none
 * @param ctime when it was made or removed
 * @param removed the key is free, and the memory goes with the last attachment
 */
public record ShmidDs(
        int key,
        int id,
        long size,
        int mode,
        int uid,
        int cpid,
        int lpid,
        int nattch,
        Instant atime,
        Instant dtime,
        Instant ctime,
        boolean removed) {

    static ShmidDs of(LockNote note, FileFacts facts, int attachCount) {
        boolean removed = note.removedAt() != 0;
        return new ShmidDs(
                removed ? SystemV.IPC_PRIVATE : note.key(),
                note.id(),
                note.requestedSize(),
                facts.mode(),
                facts.uid(),
                note.creatorPid(),
                note.lastPid(),
                attachCount,
                time(note.attachedAt()),
                time(note.detachedAt()),
                time(removed ? note.removedAt() : note.createdAt()),
                removed);
    }

    private static Instant time(long milliseconds) {
        return milliseconds == 0 ? null : Instant.ofEpochMilli(milliseconds);
    }
}
