package io.shm.error;

/** The system, or the owner check, refuses access: ask the owner. */
public final class PermissionException extends ShmException {
    private static final long serialVersionUID = 1L;

    public PermissionException(String message) {
        super(message);
    }

    public PermissionException(String message, Throwable cause) {
        super(message, cause);
    }
}
