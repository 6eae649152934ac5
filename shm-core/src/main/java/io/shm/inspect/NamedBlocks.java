package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BlockType;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RootNames;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;

/** Finds the blocks of a type that lie in cells, with the names of their roots. Everything read is checked. */
final class NamedBlocks {
    /**
     * A block that was found.
     *
     * @param name of its root; empty if it is in none
     * @param at offset of its payload
     * @param size bytes, within the block's place
     */
    record Found(String name, long at, long size) {}

    private NamedBlocks() {}

    static List<Found> of(SharedMemory memory, RegionMap map, BlockType type) {
        List<Found> found = new ArrayList<>();
        int id = new Types(memory, map).find(type);
        if (id == Types.NONE) {
            return found;
        }
        RootNames roots = new RootNames(memory, map);
        LedgerScan scan = new LedgerScan(memory, map);
        scan.forEachWord((slab, recordAt, word) -> {
            if (!BlockStates.is(word, BlockState.HELD)) {
                return;
            }
            RecordView block = scan.blockOf(slab, recordAt);
            if (!block.damaged() && block.type() == id && block.size() <= block.capacity()) {
                int root = RootNames.rootOf(map, block.cell());
                String name = root == 0 ? null : roots.get(root);
                found.add(new Found(name == null ? "" : name, block.payloadAt(), block.size()));
            }
        });
        return found;
    }
}
