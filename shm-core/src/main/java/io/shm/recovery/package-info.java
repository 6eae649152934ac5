/**
 * What becomes of those who die: finds the dead, and has every state machine settle what they held, in a fixed order.
 *
 * <p>Uses participant, heap and ledger, and changes no state word itself. Invariant: whoever settles holds the slot's
 * liveness lock, and nothing here runs under a lock of the heap. A reaper that dies is followed by another one.
 */
package io.shm.recovery;
