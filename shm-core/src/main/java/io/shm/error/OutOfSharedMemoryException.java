package io.shm.error;

/** The region has no room for the block: free blocks or use a larger region. The message says who holds most. */
public class OutOfSharedMemoryException extends ShmException {
    private static final long serialVersionUID = 1L;

    public OutOfSharedMemoryException(String message) {
        super(message);
    }

    public OutOfSharedMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
