/**
 * Level 5 of the test ladder: the protocols of cells and of the reclaim as an explicit-state model. Each access to shared
 * memory is one atomic step; all interleavings of a few processes on a few cells and blocks are looked at, breadth first,
 * with a death of anybody between any two steps, the reaper included. The model is written from the protocols and shares
 * nothing with the code: level 4 is what looks at the code.
 */
package io.shm.model;
