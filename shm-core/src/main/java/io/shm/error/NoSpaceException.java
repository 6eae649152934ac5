package io.shm.error;

/** The file system or the machine's memory cannot hold what was asked: ask for less, or free some. */
public final class NoSpaceException extends ShmException {
    private static final long serialVersionUID = 1L;

    public NoSpaceException(String message) {
        super(message);
    }

    public NoSpaceException(String message, Throwable cause) {
        super(message, cause);
    }
}
