package io.shm.inspect;

import java.util.List;

/**
 * Everything about a region that one scan gives.
 *
 * @param moved records and slabs that changed while they were read
 * @param damaged records and slabs whose words are not valid, counted under quarantined
 */
public record Picture(
        Identity identity,
        Accounts accounts,
        List<ProcessRow> processes,
        List<PoolRow> pools,
        List<SiteRow> sites,
        List<TagRow> tags,
        long blocks,
        long faults,
        long moved,
        long damaged,
        long largestFree) {}
