package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.layout.DisplacesWord;
import io.shm.layout.Handle;
import io.shm.layout.HoldersWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BlockType;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RootNames;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabView;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A region on plain memory with participants that hand blocks to each other. */
public final class CellFixture {
    public static final BlockType NODE = BlockType.of("node").cell(0).cell(16);

    public final HeapFixture region;

    public CellFixture(int size, PoolSpec... pools) {
        region = new HeapFixture(size, pools);
    }

    /** One participant: its heap, and its cells. */
    public final class Peer {
        public final Heap heap;
        public final CellSpace space;
        public final Roots roots;
        private final Types types;
        private final int owner;

        Peer(int owner, SharedMemory view) {
            this.owner = owner;
            heap = region.heap(owner, view);
            space = new CellSpace(view, region.map, heap, new Sites(view, region.map));
            roots = new Roots(space, view, region.map);
            types = new Types(view, region.map);
        }

        public Slot root(String name) {
            return roots.get(name);
        }

        public Block allocate(long size) {
            return heap.tryAllocate(size, 0, 0, 0);
        }

        public Block node() {
            return heap.tryAllocate(100, 0, 0, Heap.request(0, types.idOf(NODE)));
        }

        public CellArray array(int length) {
            return new CellArray(
                    space, heap.tryAllocate(8L * length, 0, 0, Heap.request(0, types.idOf(CellArray.TYPE))));
        }

        public Participation self() {
            return new Participation(owner - 1, 1);
        }
    }

    public Peer peer(int owner) {
        return peer(owner, region.memory);
    }

    public Peer peer(int owner, SharedMemory view) {
        return new Peer(owner, view);
    }

    public BlockState stateOf(Block block) {
        return BlockState.of((int) region.stateOf(block));
    }

    /**
     * The books add up, and cells and records agree: what is recorded in a cell is there, and what is in a cell is recorded
     * there.
     *
     * @param quiet nobody is half-done
     */
    public HeapFixture.Books audit(boolean quiet, String when) {
        HeapFixture.Books books = region.audit();
        List<String> wrong = disagreements(quiet);
        assertThat(wrong).as("cells and records, %s", when).isEmpty();
        return books;
    }

    /** What is wrong between cells and records. */
    public List<String> disagreements(boolean quiet) {
        List<String> wrong = new ArrayList<>();
        Map<Long, Long> cells = cells();
        new LedgerScan(region.memory, region.map).forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (block.damaged() || block.isFree()) {
                    return;
                }
                boolean inCell = block.state() == BlockState.HELD
                        || (block.state() == BlockState.SHARED && HoldersWord.isInCell(block.changed()));
                boolean shared = block.state() == BlockState.SHARED || block.state() == BlockState.PUBS;
                // Whoever empties a block's cells may die before the shared block knows that it is in none, and the
                // block is
                // freed then.
                if (inCell && cells.get(block.cell()) == null && (quiet || !shared)) {
                    wrong.add(text(block) + " is recorded in " + block.cell() + ", which is no cell");
                } else if (inCell
                        && cells.get(block.cell()) != null
                        && cells.get(block.cell()) != block.handle()
                        && (quiet || (!shared && !isBeingDisplaced(cells.get(block.cell()), block)))) {
                    wrong.add(text(block) + " is not in its cell " + block.cell());
                }
                if (block.state() == BlockState.SHARED && quiet && HoldersWord.isEmpty(block.changed())) {
                    wrong.add(text(block) + " is held by nobody");
                }
            }
        });
        cells.forEach((cell, handle) -> {
            RecordView block = Handle.generation(handle) == 0
                    ? null
                    : new LedgerScan(region.memory, region.map).block(Handle.slab(handle), Handle.index(handle));
            if (Handle.generation(handle) == 0) {
                return;
            }
            if (block == null || !Handle.matches(handle, block.word())) {
                wrong.add("cell " + cell + " holds no block: " + Long.toHexString(handle));
                return;
            }
            boolean fine = block.state() == BlockState.HELD || block.state() == BlockState.SHARED;
            boolean halfDone = block.state() == BlockState.PUB
                    || block.state() == BlockState.PUBS
                    || block.state() == BlockState.TAKE;
            if (!(fine || (halfDone && !quiet)) || block.cell() != cell) {
                wrong.add("cell " + cell + " holds " + text(block));
            }
        });
        return wrong;
    }

    /** Whether what a cell holds is being recorded there in the place of a block. */
    private boolean isBeingDisplaced(long handle, RecordView block) {
        RecordView successor =
                new LedgerScan(region.memory, region.map).block(Handle.slab(handle), Handle.index(handle));
        return successor != null
                && successor.state() == BlockState.PUB
                && RecordWords.actionOf(successor.changed()) == BlockStates.DISPLACES
                && DisplacesWord.matches(successor.changed(), block.word())
                && DisplacesWord.slab(successor.changed()) == block.slab()
                && DisplacesWord.index(successor.changed()) == block.index();
    }

    /** What every cell holds: the roots', and those of blocks in use. */
    public Map<Long, Long> cells() {
        Map<Long, Long> cells = new HashMap<>();
        for (int root = 1; root < region.map.rootCount(); root++) {
            long cell = RootNames.cellAt(region.map, root);
            cells.put(cell, region.memory.getLong(cell));
        }
        Types types = new Types(region.memory, region.map);
        new LedgerScan(region.memory, region.map).forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                // One that is on its way to free still has what hangs in it.
                boolean withheld = block.state() == BlockState.RESERVED && block.isSealed();
                if (!block.damaged() && (block.isUsed() || withheld)) {
                    types.forEachCell(
                            block.type(),
                            block.payloadAt(),
                            block.size(),
                            cell -> cells.put(cell, region.memory.getLong(cell)));
                }
            }
        });
        return cells;
    }

    private static String text(RecordView block) {
        return block.state() + "(" + block.owner() + ") " + Long.toHexString(block.handle()) + " cell " + block.cell();
    }

    /** A raw word of a block's record. */
    public long recordWord(Peer peer, Block block, int offset) {
        return region.memory.getLong(peer.heap.recordAt(block) + offset - RecordLayout.STATE_OFFSET);
    }

    /** Empties every cell, in the peer's name, and frees what was there; a few rounds, as blocks hold blocks. */
    public void drain(Peer peer) {
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Long, Long> entry : cells().entrySet()) {
                if (Handle.generation(entry.getValue()) == 0) {
                    continue;
                }
                more = true;
                Slot slot = new Slot(peer.space, entry.getKey(), null);
                RecordView block = new LedgerScan(region.memory, region.map)
                        .block(Handle.slab(entry.getValue()), Handle.index(entry.getValue()));
                if (block.state() == BlockState.SHARED) {
                    assertThat(slot.retire()).isTrue();
                } else if (block.type() == Types.NONE || !holdsAnything(block)) {
                    // Contents first.
                    slot.take().free();
                }
            }
        }
    }

    private boolean holdsAnything(RecordView block) {
        boolean[] any = new boolean[1];
        new Types(region.memory, region.map)
                .forEachCell(
                        block.type(),
                        block.payloadAt(),
                        block.size(),
                        cell -> any[0] |= region.memory.getLong(cell) != 0);
        return any[0];
    }
}
