package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.memory.SharedMemory;
import java.util.List;

/**
 * Checks every invariant of a region, and changes nothing.
 *
 * <p>Others may work meanwhile. A look that finds nothing is the answer. What a look finds may be work that was half done
 * at that moment; so it looks a second time, and only what is still there, word for word, is a finding: every life of a
 * block and every use of a slab has a word of its own, so words that are the same have not changed in between.
 *
 * <p>Not safe for use by several threads.
 */
public final class Verifier {
    private final SharedMemory memory;
    private final RegionMap map;
    private final int self;

    /**
     * What came of it.
     *
     * @param findings rules that are broken, and hints and counters that are off
     * @param quarantined places that were taken out of use before
     * @param attached participants in slots
     * @param compared whether hints and counters were compared with the records: only where nobody is attached
     */
    public record Outcome(
            Findings findings, List<Finding> quarantined, long slabs, long records, int attached, boolean compared) {
        public List<Finding> broken() {
            return findings.all().stream().filter(f -> !f.rule().isHint()).toList();
        }
    }

    public Verifier(SharedMemory memory, RegionMap map) {
        this(memory, map, -1);
    }

    /** @param self slot of the caller, which does not count as attached; -1 for none */
    public Verifier(SharedMemory memory, RegionMap map, int self) {
        this.memory = memory;
        this.map = map;
        this.self = self;
    }

    public Outcome verify() {
        Look first = new Look(memory, map, self).run();
        if (first.findings.isEmpty()) {
            return first.outcome(first.findings);
        }
        Look second = new Look(memory, map, self).run();
        return second.outcome(second.findings.standing(first.findings));
    }
}
