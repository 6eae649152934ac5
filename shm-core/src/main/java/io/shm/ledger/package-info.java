/**
 * The books: a record for every block, its state machine, call sites, tags, and the scan that adds everything up.
 *
 * <p>Floor 1. The record is the truth; everything else is a hint that can be rebuilt. State machines: {@link
 * io.shm.ledger.BlockStates}, {@link io.shm.ledger.SlabStates}. Invariants: a block's state changes by one CAS on
 * its state word; the body is complete before the commit; the parts of the region always add up to its mapped size.
 */
package io.shm.ledger;
