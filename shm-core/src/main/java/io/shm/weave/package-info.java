/**
 * Gives calls of the toolkit their line: rewrites them, at class load or at build time, so that each passes a constant site.
 *
 * <p>A call becomes an invokedynamic instruction, linked once to the overload that takes a {@code Site}. What cannot be
 * rewritten is left as it is and finds its line by walking the stack. Uses the names of the ledger, and ASM, which the jar
 * has under a name of its own; only the weaver and what calls it touch ASM, never a program whose calls are woven.
 */
package io.shm.weave;
