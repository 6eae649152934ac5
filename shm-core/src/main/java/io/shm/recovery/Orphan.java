package io.shm.recovery;

import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.participant.ProcessEntry;
import java.time.Instant;
import java.util.Optional;

/**
 * A block that this process has taken over from one that is gone, with its history. It is this process's own from now on:
 * to be used, published or freed.
 *
 * @param block with a handle of its own; the handle that it had before is stale
 * @param tag what it is for; empty for the general tag
 * @param site the line that allocated it
 * @param allocatedAt null if that was not noted
 * @param allocatedBy the process that allocated it; empty if it is forgotten
 * @param lastOwner the process that had it last; empty if it is forgotten
 * @param mayBeHalfWritten whether the last owner died, rather than left: then its last store may be any one, and the
 *     payload must be checked before it is believed. Where this is false, a thread of it may still have been writing when
 *     another closed the region
 */
public record Orphan(
        Block block,
        String tag,
        Site site,
        Instant allocatedAt,
        Optional<ProcessEntry> allocatedBy,
        Optional<ProcessEntry> lastOwner,
        boolean mayBeHalfWritten) {}
