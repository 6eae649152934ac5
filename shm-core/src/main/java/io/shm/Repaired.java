package io.shm;

/**
 * What a repair has done.
 *
 * @param rebuilt words that were made anew from what else the region says
 * @param reclaimed owners that were gone, and whose blocks and slabs were settled by the region's policy
 * @param quarantined blocks and slabs that were taken out of use until an operator decides
 * @param left broken rules, hints and counters that could not be put right: nobody knows how they were, or a process that
 *     is attached knows better
 */
public record Repaired(long rebuilt, long reclaimed, long quarantined, long left) {}
