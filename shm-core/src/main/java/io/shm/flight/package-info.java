/**
 * A region's figures as events of Java Flight Recorder, while a recording runs.
 *
 * <p>Above the facade; nothing else knows it, and nothing of it is in the way of an allocation: the recorder asks once a
 * period, and the answer is one walk by a read-only mapping. Single allocations are no events, as that would cost
 * each of them; level full notes their stacks in the region itself.
 */
package io.shm.flight;
