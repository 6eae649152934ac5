package io.shm.inspect;

import io.shm.layout.Handle;
import io.shm.layout.HoldersWord;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BlockType;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Scopes;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;

/**
 * Who keeps each block of a table: its owner, a root, a block that it hangs in, or nobody.
 *
 * <p>Each block leads to one place, the cell in its record; so to mark is to follow that way up. A block on its way
 * between two owners is its way's: it is kept.
 */
final class Custody {
    /** Of a block: kept by somebody who is there, or on its way. */
    static final byte KEPT = 0;
    /** Of a block in a cell of another, which decides. */
    static final byte HANGS = 1;
    /** Nothing leads to it; why, is a reason. */
    static final byte LOOSE = 2;

    static final byte ORPHANED = 3;
    static final byte LOST = 4;
    static final byte SCOPE_CLOSED = 5;

    /** Reasons of {@link #LOOSE}. */
    static final byte OVERWRITTEN = 1;

    static final byte EMPTIED = 2;
    static final byte NO_CELL = 3;
    static final byte IN_NO_BLOCK = 4;
    static final byte NOBODY_HOLDS = 5;
    static final byte RING = 6;
    static final byte LEFT = 7;
    static final byte UNRECORDED = 8;
    static final byte HOLDER_FREED = 9;

    private final SharedMemory memory;
    private final RegionMap map;
    private final LedgerScan scan;
    private final Scopes scopes;
    private final Types types;
    private final Processes processes;
    /** By owner number, who is dead or not there. */
    private final boolean[] gone = new boolean[256];

    private final boolean unrecorded;

    final BlockTable table;
    final byte[] status;
    final byte[] reason;
    /** Of those that hang, the block that they hang in. */
    final int[] parent;

    /**
     * @param processes who is there, asked after the walk
     * @param unrecorded whether a block in nobody's holder is loose
     */
    Custody(SharedMemory memory, RegionMap map, BlockTable table, Processes processes, boolean unrecorded) {
        this.memory = memory;
        this.map = map;
        this.table = table;
        this.processes = processes;
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            ProcessInfo process = processes.inSlot(slot);
            gone[slot + 1] = process == null || process.state() == ProcessInfo.Liveness.DEAD;
        }
        this.unrecorded = unrecorded;
        this.scan = new LedgerScan(memory, map);
        this.scopes = new Scopes(memory, map);
        this.types = new Types(memory, map);
        this.status = new byte[table.count];
        this.reason = new byte[table.count];
        this.parent = new int[table.count];
        for (int block = 0; block < table.count; block++) {
            status[block] = statusOf(block);
        }
    }

    private byte statusOf(int block) {
        BlockState state = BlockState.of(StateWord.state(table.word[block]));
        if ((table.flags[block] & RecordWords.PINNED) != 0 && state != BlockState.ORPHAN) {
            return KEPT;
        }
        boolean isGone = gone[StateWord.owner(table.word[block])];
        return switch (state) {
            case LIVE -> isGone ? ORPHANED : live(block);
            case HELD -> inCell(block);
            case SHARED -> shared(block);
            case PUB, PUBS -> !isGone ? KEPT : cellHolds(block) ? inCell(block) : ORPHANED;
            case TAKE, OFFER -> isGone ? ORPHANED : KEPT;
            case ORPHAN -> orphan(block);
            default -> KEPT;
        };
    }

    private byte live(int block) {
        long changed = table.changed[block];
        if (BlockStates.isLost(table.word[block], changed)) {
            return LOST;
        }
        if (isUntouched(changed) && scopes.isClosed(table.scope[block])) {
            return SCOPE_CLOSED;
        }
        return unrecorded && !BlockStates.isInHolder(table.cell[block]) ? loose(block, UNRECORDED) : KEPT;
    }

    /** Whether it is still in the hands that allocated it: a publication that was refused, or an offer withdrawn, is none. */
    private static boolean isUntouched(long changed) {
        return switch (RecordWords.actionOf(changed)) {
            case BlockStates.TAKEN, BlockStates.ACCEPTED, BlockStates.ADOPTED -> false;
            default -> true;
        };
    }

    /** An orphan's note names its last owner, which died or has left without it. */
    private byte orphan(int block) {
        int channel = RecordWords.actionOf(table.changed[block]) == BlockStates.UNFINISHED
                ? table.holding(table.cell[block])
                : -1;
        if (channel >= 0) {
            // The next receiver gets it.
            parent[block] = channel;
            return HANGS;
        }
        ProcessInfo last = processes.of(RecordWords.processOf(table.changed[block]));
        return switch (last.state()) {
            case LEFT, ALIVE, LOCK_LOST -> loose(block, LEFT);
            case DEAD, UNKNOWN -> ORPHANED;
        };
    }

    private byte shared(int block) {
        long holders = table.changed[block];
        if (!HoldersWord.isOf(holders, StateWord.generation(table.word[block]))) {
            // The record has changed since it was read.
            return KEPT;
        }
        boolean anyDead = false;
        for (long slots = HoldersWord.slots(holders); slots != 0; slots &= slots - 1) {
            if (!gone[Long.numberOfTrailingZeros(slots) + 1]) {
                return KEPT;
            }
            anyDead = true;
        }
        if (HoldersWord.isInCell(holders)) {
            return inCell(block);
        }
        return anyDead ? ORPHANED : loose(block, NOBODY_HOLDS);
    }

    private byte inCell(int block) {
        long cell = table.cell[block];
        if (!CellPlace.isOne(map, memory.size(), cell)) {
            return loose(block, NO_CELL);
        }
        if (StateWord.state(table.word[block]) == BlockState.HELD.code()
                && BlockStates.isHolderFreed(table.changed[block])
                && !(cellHolds(block) && isCell(cell))) {
            return inFreed(block);
        }
        if (!cellHolds(block)) {
            long other = memory.getLongAcquire(cell);
            return isBeingReplaced(cell, other) ? KEPT : loose(block, isHandle(other) ? OVERWRITTEN : EMPTIED);
        }
        if (CellPlace.isRoot(map, cell)) {
            return KEPT;
        }
        int container = table.holding(cell);
        if (container >= 0) {
            parent[block] = container;
            return HANGS;
        }
        // It may have come after the walk, or was moving: then the next pass decides.
        RecordView now = scan.blockAt(cell);
        // Withheld, its cells are being emptied, or will be by whoever reclaims.
        boolean there = now != null && !now.damaged() && (now.isUsed() || now.state() == BlockState.RESERVED);
        return there ? KEPT : loose(block, IN_NO_BLOCK);
    }

    /** Whether a cell lies there now: then what it holds is in it, though a note that came late says something else. */
    private boolean isCell(long cell) {
        if (CellPlace.isRoot(map, cell)) {
            return true;
        }
        RecordView holder = scan.blockAt(cell);
        BlockType type = holder == null || holder.damaged() || !holder.isUsed() ? null : types.get(holder.type());
        return type != null && type.hasCellAt(cell - holder.payloadAt(), holder.size());
    }

    /** What is in its cell now is a later block's, or of nobody. */
    private byte inFreed(int block) {
        RecordView holder = scan.blockAt(table.cell[block]);
        boolean withheld = holder != null && !holder.damaged() && holder.state() == BlockState.RESERVED;
        // Should who frees that one die before the end, this one is taken out.
        return withheld && cellHolds(block) ? KEPT : loose(block, HOLDER_FREED);
    }

    private boolean cellHolds(int block) {
        long cell = table.cell[block];
        return CellPlace.isOne(map, memory.size(), cell) && memory.getLongAcquire(cell) == table.handle(block);
    }

    /** Whether a cell holds a block that has only just come there: then it claims the one before, or will. */
    private boolean isBeingReplaced(long cell, long handle) {
        RecordView newer = isHandle(handle) ? scan.block(Handle.slab(handle), Handle.index(handle)) : null;
        return newer != null
                && !newer.damaged()
                && newer.cell() == cell
                && Handle.matches(handle, newer.word())
                && (newer.state() == BlockState.PUB || newer.state() == BlockState.PUBS);
    }

    private static boolean isHandle(long word) {
        return Handle.generation(word) != 0;
    }

    private byte loose(int block, byte why) {
        reason[block] = why;
        return LOOSE;
    }
}
