/**
 * What goes wrong, one class for each thing that a caller does next.
 *
 * <p>Floor 0. Expected outcomes (full, empty, a lost race) are return values, never exceptions. Misuse of
 * the API is IllegalArgumentException or IllegalStateException. Every message says what failed, the rule,
 * and the evidence with units and place.
 */
package io.shm.error;
