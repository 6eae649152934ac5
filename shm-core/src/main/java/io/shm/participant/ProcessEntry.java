package io.shm.participant;

/**
 * What is recorded about a process that takes part or took part.
 *
 * @param id of the process history
 * @param joinedAt milliseconds of the epoch
 * @param leftAt milliseconds of the epoch; 0 while it takes part, and for one that died
 */
public record ProcessEntry(
        int id,
        int pid,
        int uid,
        long startTicks,
        long pidNamespace,
        long joinedAt,
        long leftAt,
        int slot,
        String name) {}
