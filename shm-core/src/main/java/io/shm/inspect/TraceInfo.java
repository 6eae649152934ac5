package io.shm.inspect;

import java.time.Instant;

/**
 * Who did something to a block, where in the code and when.
 *
 * @param action what it was: {@code freed}, {@code reclaimed}, …; empty where that goes without saying
 * @param process with nothing but its pid where the region has forgotten it
 * @param time null if unknown
 */
public record TraceInfo(String action, ProcessInfo process, SiteInfo site, Instant time) {}
