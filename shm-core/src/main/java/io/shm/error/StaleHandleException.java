package io.shm.error;

/** The handle does not name a live block that the caller may use: a bug in the calling program. */
public final class StaleHandleException extends ShmException {
    private static final long serialVersionUID = 1L;

    public StaleHandleException(String message) {
        super(message);
    }

    public StaleHandleException(String message, Throwable cause) {
        super(message, cause);
    }
}
