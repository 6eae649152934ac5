/**
 * A region's figures as events of Java Flight Recorder, while a recording runs.
 *
 * <p>Above the facade; nothing else knows it, and nothing of it is in the way of an allocation: the recorder asks once a
 * period, and the answer is one walk by a read-only mapping. Single allocations and frees are events where a recording asks for
 * them: only while it runs, a listener of the region tells them.
 */
package io.shm.flight;
