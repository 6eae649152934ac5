/**
 * Who takes part: one slot of the region per attached process, and the one decision about who is alive.
 *
 * <p>Floor 1; uses {@code memory}, {@code layout} and {@code error}. The liveness locks themselves belong to the
 * segment and come in through {@link io.shm.participant.SlotLocks}; freeing what the dead hold belongs to higher
 * floors and comes in through {@link io.shm.participant.Reclaimer}.
 *
 * <p>State machine: {@link io.shm.participant.ParticipantStates}. Invariants: whoever changes a slot holds its
 * lock; a slot is ACTIVE only with a complete body; nothing carries the owner number of an EMPTY slot.
 */
package io.shm.participant;
