package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.Guards;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import java.util.Locale;

/**
 * The words beside each block in use: the 8 bytes behind what was requested, the word behind the block's place and the one
 * before it. Who allocates or resizes writes them before the commit; so what differs under one state word and one size was
 * written by a program that missed its block.
 */
final class GuardInspection {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Findings findings;

    GuardInspection(SharedMemory memory, RegionMap map, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.findings = findings;
    }

    /** @param block a sound record of a block in use */
    void check(SlabView slab, RecordView block) {
        Geometry geometry = slab.geometry();
        long slabAt = map.slabAt(slab.slab());
        long blockAt = slabAt + geometry.blockAt(block.index());
        long end = block.payloadAt() + block.size();
        long behind = slabAt + geometry.behind(block.index());
        if (!check(block, end, Guards.tail(blockAt, end), end, "overrun")) {
            check(block, behind, Guards.behind(blockAt), end, "overrun");
        }
        check(block, blockAt - Long.BYTES, Guards.before(blockAt), end, "underrun, or overrun of the block before");
    }

    /** Whether there is a finding. */
    private boolean check(RecordView block, long at, long expected, long end, String what) {
        long observed = memory.getLong(at);
        if (observed == expected) {
            return false;
        }
        // Pairs with the commit of a resize, or of the next life: what was written before it is no damage.
        SharedMemory.loadLoadFence();
        if (memory.getLong(block.recordAt()) != block.word()
                || memory.getLong(block.recordAt() + RecordLayout.SIZE_OFFSET) != block.sizeWord()) {
            return false;
        }
        findings.add(new Finding(
                Invariant.GUARD,
                at,
                "record",
                block.slab(),
                block.index(),
                observed,
                block.word() * 31 + block.sizeWord(),
                String.format(
                        Locale.ROOT,
                        "%s of block=%d size=%d: %d bytes from its %s, expected=0x%016x",
                        what,
                        block.payloadAt(),
                        block.size(),
                        at < block.payloadAt() ? block.payloadAt() - at : at - end,
                        at < block.payloadAt() ? "first byte back" : "end",
                        expected)));
        return true;
    }
}
