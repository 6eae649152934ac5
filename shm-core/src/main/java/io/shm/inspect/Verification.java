package io.shm.inspect;

import java.util.List;

/**
 * What a check of every invariant gave.
 *
 * @param broken rules that do not hold
 * @param off hints and counters that a crash or damage has left wrong: they cost a detour or an early refusal
 * @param quarantined blocks and slabs that were taken out of use before
 * @param more broken rules that were counted and not kept
 * @param slabs and records that were checked
 * @param attached participants in slots, alive or not
 * @param compared whether hints and counters were compared with the blocks: only where nobody is attached
 */
public record Verification(
        Identity identity,
        List<FindingRow> broken,
        List<FindingRow> off,
        List<FindingRow> quarantined,
        long more,
        long slabs,
        long records,
        int attached,
        boolean compared) {
    public boolean isSound() {
        return broken.isEmpty() && more == 0;
    }
}
