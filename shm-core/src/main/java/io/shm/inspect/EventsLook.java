package io.shm.inspect;

import java.time.Instant;
import java.util.List;

/**
 * What a look at a region's trace has found that is new since the look before.
 *
 * @param exists whether the region has a trace at all, on or off
 * @param since when it was switched on last; null if it does not exist
 * @param offset of the block that the trace itself lies in; 0 if it does not exist
 * @param capacity events that it keeps, all rings together
 * @param missed events that were written over before they could be looked at
 * @param unfinished entries that were begun and not complete: of a process that was killed, mostly
 * @param events by time; those of one ring and one time in their order
 */
public record EventsLook(
        boolean exists,
        boolean on,
        Instant since,
        long offset,
        long capacity,
        long missed,
        long unfinished,
        List<EventRow> events) {}
