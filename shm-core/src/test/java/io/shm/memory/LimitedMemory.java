package io.shm.memory;

/** Memory that allows so many writes: whoever waits for another's next step, or tries for ever, runs out of them. */
public final class LimitedMemory extends WatchedMemory {
    private long left;

    public LimitedMemory(SharedMemory inner, long most) {
        super(inner);
        this.left = most;
    }

    @Override
    protected void beforeWrite(long offset) {
        if (left-- <= 0) {
            throw new AssertionError("more writes than any operation needs");
        }
    }
}
