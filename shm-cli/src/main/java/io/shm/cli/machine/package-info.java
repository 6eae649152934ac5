/**
 * Shared memory of other programs, as the kernel tells of it in {@code /proc}: System V segments and shared maps.
 *
 * <p>Nothing here is ours and nothing is touched. What this user may not read is left out, and said so.
 */
package io.shm.cli.machine;
