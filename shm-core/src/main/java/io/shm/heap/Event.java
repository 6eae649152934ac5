package io.shm.heap;

import io.shm.ledger.EventKind;
import io.shm.ledger.FaultKind;
import io.shm.ledger.Site;

/**
 * Something that this process has done to a block, as a listener is told.
 *
 * @param offset of the payload in the region; 0 where the event is about no block
 * @param handle of the block; after TAKEN the new one
 * @param size requested bytes
 * @param tag empty for the general one
 * @param site the line that did it, as far as it is known at the region's level
 * @param cell offset of the cell of PUBLISHED and TAKEN, 0 for an offer and for other kinds
 * @param fault what was wrong; null unless the kind is FAULT
 */
public record Event(
        EventKind kind, long offset, long handle, long size, String tag, Site site, long cell, FaultKind fault) {}
