package io.shm.error;

/** Bytes of the region contradict its rules: stop using it and run {@code shm verify}. */
public final class CorruptRegionException extends ShmException {
    private static final long serialVersionUID = 1L;

    public CorruptRegionException(String message) {
        super(message);
    }

    public CorruptRegionException(String message, Throwable cause) {
        super(message, cause);
    }
}
