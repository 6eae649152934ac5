/**
 * The {@code shm} program: its parser, its exit codes, and the one place where what went wrong becomes a line.
 *
 * <p>{@link io.shm.cli.Main} sets up the verb that was asked for, runs it with a session, and maps every exception to an
 * exit code. Output is written by {@link io.shm.cli.Output} alone: whole or not at all to a file, and without a word when
 * the reader of a pipe has seen enough.
 */
package io.shm.cli;
