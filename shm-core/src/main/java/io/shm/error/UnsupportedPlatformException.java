package io.shm.error;

/** This machine or JVM lacks something that was asked for; the message names it. */
public final class UnsupportedPlatformException extends ShmException {
    private static final long serialVersionUID = 1L;

    public UnsupportedPlatformException(String message) {
        super(message);
    }

    public UnsupportedPlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
