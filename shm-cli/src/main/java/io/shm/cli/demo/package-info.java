/**
 * Demonstrations with real processes. Each makes its own memory and leaves nothing behind, however it ends.
 *
 * <p>The alphabet is about bare segments, so this package sees {@code io.shm.segment} and the bytes of a segment, which no
 * other package of the command line does.
 */
package io.shm.cli.demo;
