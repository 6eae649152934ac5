package io.shm.inspect;

import java.time.Instant;
import java.util.List;

/**
 * What is leaked in a region.
 *
 * @param at when it was looked at
 * @param blocks in use, that were looked at
 * @param searched bytes of blocks in use that were searched for words that lead to a leaked one
 * @param whole false if there were more than are searched: then some of those called definite may be only possible
 */
public record LeakReport(Instant at, long blocks, List<Leak> leaks, long searched, boolean whole) {}
