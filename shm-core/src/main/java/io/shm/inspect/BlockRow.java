package io.shm.inspect;

import java.time.Instant;
import java.util.List;

/**
 * A block and its record.
 *
 * @param offset of the payload's first byte in the region
 * @param handle what {@code region.resolve} takes
 * @param state name of the state in lower case
 * @param allocatedBy the process that allocated it, perhaps long gone
 * @param owner the process that owns it now; null if none does
 * @param size requested bytes
 * @param realSize bytes of its place, so slack is {@code realSize - size}
 * @param pinned meant to stay
 * @param since when it was allocated, null if that was not noted; changed, when its state last changed, null if never
 * @param moved it changed while it was read: shown as it was in between
 * @param stack of the allocation, the innermost frame first; empty where it was not taken
 * @param cell offset of the cell in which it is recorded, 0 for none; heldIn, what cell that is, in words
 * @param holders who holds it, if it is shared
 */
public record BlockRow(
        long offset,
        long handle,
        int slab,
        int index,
        String state,
        ProcessInfo allocatedBy,
        ProcessInfo owner,
        long thread,
        SiteInfo site,
        String tag,
        long size,
        long realSize,
        int alignment,
        boolean secret,
        boolean pinned,
        Instant since,
        long generation,
        String change,
        ProcessInfo changedBy,
        SiteInfo changedAt,
        Instant changed,
        boolean moved,
        List<SiteInfo> stack,
        long cell,
        String heldIn,
        List<ProcessInfo> holders) {}
