package io.shm.cli;

/** Whoever read our output has seen enough, as {@code head} does; no error. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(Throwable cause) {
        super("nobody reads the output any more", cause, false, false);
    }
}
