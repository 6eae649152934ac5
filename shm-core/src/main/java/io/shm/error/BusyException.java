package io.shm.error;

/** It exists already, is still attached, or all places are taken: retry later or choose another name. */
public final class BusyException extends ShmException {
    private static final long serialVersionUID = 1L;

    public BusyException(String message) {
        super(message);
    }

    public BusyException(String message, Throwable cause) {
        super(message, cause);
    }
}
