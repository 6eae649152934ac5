/**
 * Shared memory of the machine beyond the regions with a name: {@code ls --system}.
 *
 * <p>The one place beside the demos that sees {@code io.shm.segment}, because these are segments and no regions.
 */
package io.shm.cli.machine;
