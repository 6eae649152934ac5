/**
 * Places of a region where a block's handle is recorded: slots, arrays of them, and roots by name. Whoever finds the
 * place finds the block, whatever becomes of the process that put it there.
 *
 * <p>Uses heap and ledger. The state machines are {@link io.shm.ledger.HandoverStates}; what happens between a cell and
 * a record is {@link io.shm.ledger.Handover} and {@link io.shm.ledger.Sharing}. Invariant: a block that is HELD, or
 * SHARED with its cell among its holders, is in exactly the cell that its record names.
 */
package io.shm.cell;
