package io.shm.error;

/** A wrong, truncated, foreign or differently versioned file: nothing was changed; use the right file or program. */
public final class IncompatibleException extends ShmException {
    private static final long serialVersionUID = 1L;

    public IncompatibleException(String message) {
        super(message);
    }

    public IncompatibleException(String message, Throwable cause) {
        super(message, cause);
    }
}
