/**
 * The verbs, one class each, and what they share: the global options, the session that a run has, and what users type
 * (sizes, durations, places, filters).
 *
 * <p>A verb sees the facade {@code io.shm}, {@code io.shm.inspect} and {@code io.shm.error}, and no offset computation;
 * a test keeps it so. It asks for a picture and hands rows to {@code render}. It catches nothing it cannot mend: what
 * goes wrong ends in the one handler of {@code io.shm.cli}.
 */
package io.shm.cli.command;
