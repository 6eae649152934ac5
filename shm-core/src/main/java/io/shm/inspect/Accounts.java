package io.shm.inspect;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where every byte of the mapping is, found by a scan; the parts always add up to the mapped size.
 *
 * @param header the header page, participants, process history, roots, pools and fault log
 * @param tables sites, tags and their texts
 * @param ledger the slab table and the records of all formatted slabs
 * @param overhead slab headers, guards, rounding and what is left over in a slab
 * @param live requested bytes of all blocks that are not free
 * @param slack bytes of those blocks beyond what was requested
 * @param free bytes of free blocks, and whole free slabs
 * @param building slabs that somebody is forming or collecting right now
 * @param quarantined blocks and slabs taken out of use because of damage
 * @param tail bytes behind the last slab
 */
public record Accounts(
        long header,
        long tables,
        long ledger,
        long overhead,
        long live,
        long slack,
        long free,
        long building,
        long quarantined,
        long tail) {
    public long total() {
        return header + tables + ledger + overhead + live + slack + free + building + quarantined + tail;
    }

    /** The parts by name, in their order. */
    public Map<String, Long> byName() {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("header", header);
        parts.put("tables", tables);
        parts.put("ledger", ledger);
        parts.put("overhead", overhead);
        parts.put("live", live);
        parts.put("slack", slack);
        parts.put("free", free);
        parts.put("building", building);
        parts.put("quarantined", quarantined);
        parts.put("tail", tail);
        return parts;
    }
}
