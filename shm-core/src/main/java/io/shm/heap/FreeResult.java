package io.shm.heap;

import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;

/** What came of an attempt to free a block. */
public enum FreeResult {
    FREED,
    /** The block is free already, or being freed, and has not been used since. */
    DOUBLE_FREE,
    /** The place has been used again since, or was never what the handle says. */
    STALE,
    /** Live, but another participant's. */
    NOT_OWNER,
    /** Recorded in a cell, or on its way: taken first, then freed. */
    IN_CELL,
    /** The record is damaged, or the block was taken out of use because it was. */
    DAMAGED;

    static FreeResult of(long seen, long word, int owner) {
        if (!StateWord.isValid(seen) || BlockStates.is(seen, BlockState.QUARANTINE)) {
            return DAMAGED;
        }
        if (StateWord.generation(seen) != StateWord.generation(word)) {
            return STALE;
        }
        if (BlockStates.is(seen, BlockState.FREE) || BlockStates.is(seen, BlockState.RESERVED)) {
            return DOUBLE_FREE;
        }
        if (BlockStates.is(seen, BlockState.LIVE) || BlockStates.is(seen, BlockState.ORPHAN)) {
            return StateWord.owner(seen) == owner ? STALE : NOT_OWNER;
        }
        return IN_CELL;
    }
}
