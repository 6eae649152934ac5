package io.shm.cli.render;

import io.shm.inspect.RequestsRow;

/**
 * A table of requests, and how fast calls come to their end.
 *
 * @param ended calls a second; null where there was one look only
 */
public record RequestsFlow(RequestsRow row, Double ended) {
    /** From one look; what moves is not known. */
    public static RequestsFlow still(RequestsRow row) {
        return new RequestsFlow(row, null);
    }

    /** From two looks. A table that was made anew in between has begun from 0. */
    public static RequestsFlow between(RequestsRow before, RequestsRow row, double seconds) {
        return before == null || seconds <= 0
                ? still(row)
                : new RequestsFlow(row, Math.max(0, row.ended() - before.ended()) / seconds);
    }
}
