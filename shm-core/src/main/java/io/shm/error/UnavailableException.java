package io.shm.error;

/** This process has no part in the region any more, through no doing of its own: its message says why. Attach again. */
public final class UnavailableException extends ShmException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
