/**
 * Level 4 of the test ladder: the real code under a controlled scheduler. Up to four participants, each a thread with
 * objects of its own, as if in a process of its own, on one memory; one of them runs at a time, and every access to the
 * shared memory is a point where another may go on. Everything follows from a seed.
 */
package io.shm.schedule;
