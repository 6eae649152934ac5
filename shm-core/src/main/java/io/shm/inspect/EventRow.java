package io.shm.inspect;

import java.time.Instant;

/**
 * An event of a region's trace.
 *
 * @param ring which ring it is in, and its number there: numbers of a ring rise without gaps
 * @param kind in lower case: allocated, freed, resized, published, taken, fault, reclaimed
 * @param at when, to 10 ms
 * @param process who did it, perhaps long gone
 * @param offset of the block's payload, 0 where it is about no block
 * @param handle of the block; after taken the new one
 * @param site the line that did it, as far as it was known
 * @param cell offset of the cell of published and taken; 0 for an offer and other kinds
 * @param fault the kind of a fault; empty for other kinds
 * @param withheld of a reclaimed block: it was being freed already, or had never been complete
 */
public record EventRow(
        int ring,
        long number,
        String kind,
        Instant at,
        ProcessInfo process,
        long thread,
        long offset,
        long handle,
        long size,
        String tag,
        SiteInfo site,
        long cell,
        String fault,
        boolean withheld) {}
