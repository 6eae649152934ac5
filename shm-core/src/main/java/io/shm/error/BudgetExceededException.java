package io.shm.error;

/** The tag's budget has no room for the block: free blocks of this tag or raise the budget. */
public final class BudgetExceededException extends OutOfSharedMemoryException {
    private static final long serialVersionUID = 1L;

    public BudgetExceededException(String message) {
        super(message);
    }

    public BudgetExceededException(String message, Throwable cause) {
        super(message, cause);
    }
}
