package io.shm.error;

/** There is no region or segment of that name: create it, or mend the name. */
public final class NotFoundException extends ShmException {
    private static final long serialVersionUID = 1L;

    public NotFoundException(String message) {
        super(message);
    }

    public NotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
