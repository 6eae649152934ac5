package io.shm.inspect;

import io.shm.cell.CellArray;
import io.shm.layout.HoldersWord;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockType;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.RootNames;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Says in which cell a block is recorded, and who holds it there. Records may be damaged: every word is checked. */
final class HeldIn {
    private static final Set<BlockState> RECORDED =
            EnumSet.of(BlockState.PUB, BlockState.HELD, BlockState.TAKE, BlockState.PUBS, BlockState.SHARED);
    private static final int NAME_LIMIT = 80;

    private final SharedMemory memory;
    private final RegionMap map;
    private final RootNames roots;
    private final Types types;
    private final Processes processes;
    /** Of its own: a view is good until the next read of its scan. */
    private final LedgerScan scan;

    HeldIn(SharedMemory memory, RegionMap map, Processes processes) {
        this.memory = memory;
        this.map = map;
        this.roots = new RootNames(memory, map);
        this.types = new Types(memory, map);
        this.processes = processes;
        this.scan = new LedgerScan(memory, map);
    }

    /** Absolute offset of the cell in which a block is recorded, or 0. */
    long cellOf(RecordView block) {
        return block.state() != null
                        && RECORDED.contains(block.state())
                        && CellPlace.isOne(map, memory.size(), block.cell())
                ? block.cell()
                : 0;
    }

    /** What cell it is: {@code root 'orders'}, {@code element 3 of block 4096}; empty for no cell. */
    String text(long cell) {
        if (cell == 0) {
            return "";
        }
        if (CellPlace.isRoot(map, cell)) {
            String name = roots.get(RootNames.rootOf(map, cell));
            return name == null ? "a root without a name" : "root '" + shortened(name) + "'";
        }
        RecordView container = scan.blockAt(cell);
        if (container == null || container.damaged() || !container.isUsed() || cell < container.payloadAt()) {
            return "no block any more";
        }
        BlockType type = types.get(container.type());
        long offset = cell - container.payloadAt();
        String kind = kindOf(type);
        if (kind != null && CellPlace.isRoot(map, container.cell())) {
            String name = roots.get(RootNames.rootOf(map, container.cell()));
            if (name != null) {
                return kind + " '" + shortened(name) + "'";
            }
        }
        return (CellArray.TYPE.equals(type) ? "element " + offset / Long.BYTES : "offset " + offset) + " of block "
                + container.payloadAt();
    }

    /** Null where it is none of those whose name says enough. */
    private static String kindOf(BlockType type) {
        if (ChannelBlock.TYPE.equals(type)) {
            return "channel";
        }
        if (RequestsBlock.TYPE.equals(type)) {
            return "requests";
        }
        return BroadcastBlock.TYPE.equals(type) ? "broadcast" : null;
    }

    /** Who holds a shared block, besides its cell. */
    List<ProcessInfo> holders(RecordView block) {
        List<ProcessInfo> holders = new ArrayList<>();
        boolean shared = block.state() == BlockState.SHARED || block.state() == BlockState.PUBS;
        if (shared && HoldersWord.isOf(block.changed(), block.generation())) {
            for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
                ProcessInfo holder = HoldersWord.holds(block.changed(), slot) ? processes.inSlot(slot) : null;
                if (holder != null) {
                    holders.add(holder);
                }
            }
        }
        return holders;
    }

    private static String shortened(String name) {
        return name.length() <= NAME_LIMIT ? name : name.substring(0, NAME_LIMIT) + "...";
    }
}
