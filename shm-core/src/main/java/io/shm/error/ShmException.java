package io.shm.error;

/** Root of everything this library throws besides IllegalArgumentException and IllegalStateException. */
public class ShmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ShmException(String message) {
        super(message);
    }

    public ShmException(String message, Throwable cause) {
        super(message, cause);
    }
}
