/**
 * Queues that pass messages between processes: blocks, which change owners by the ledger's own steps, and small ones that
 * lie in the queue itself.
 *
 * <p>Uses heap and ledger. The state machines are {@link io.shm.ledger.HandoverStates} for blocks and {@link
 * io.shm.ledger.QueueStates} for what lies in a slot. Invariant: every position before the tail has been filled, every one
 * before the head is over; head and tail in the region are hints that trail behind this truth, which the cells tell.
 */
package io.shm.channel;
