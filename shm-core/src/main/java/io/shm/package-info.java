/**
 * The facade: create or attach a region, allocate blocks in it, and hand them to other processes.
 *
 * <p>Floor 6. {@link io.shm.Region} wires the floors below together; nothing imports this package but programs. A
 * region is closed when its last block is of no more use to the process: closing frees or keeps what is left, as the
 * region's policy says.
 */
package io.shm;
