/**
 * The allocator: slabs, size classes, pools, large runs and the private free lists of threads.
 *
 * <p>Floor 2. Committing a block's record <em>is</em> the allocation: nothing is posted afterwards. Free lists live on
 * the Java heap and are hints; after a crash a scan of the records finds everything. State machines: those of {@link
 * io.shm.ledger}. Invariants: only the owner of a slab allocates from it, except in pools, which have no owner; the
 * free list of a slab belongs to one thread (or one locked stripe) at a time.
 */
package io.shm.heap;
