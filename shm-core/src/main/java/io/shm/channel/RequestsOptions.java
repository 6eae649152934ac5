package io.shm.channel;

import io.shm.layout.RequestsLayout;

/** What a table of requests shall be. Immutable. */
public final class RequestsOptions {
    private final int calls;
    private final boolean redelivers;

    private RequestsOptions(int calls, boolean redelivers) {
        this.calls = calls;
        this.redelivers = redelivers;
    }

    /**
     * A table for so many calls under way at a time, of all requesters together. A call whose server dies is answered with
     * {@link Answer#SERVER_DIED}.
     *
     * @param calls rounded up to a power of two; each takes 384 bytes
     * @throws IllegalArgumentException unless it is 1 to {@value RequestsLayout#MAX_CAPACITY}
     */
    public static RequestsOptions calls(int calls) {
        if (calls < 1 || calls > RequestsLayout.MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "requests are for 1 to " + RequestsLayout.MAX_CAPACITY + " calls at a time, not " + calls);
        }
        return new RequestsOptions(Integer.bitCount(calls) == 1 ? calls : Integer.highestOneBit(calls) << 1, false);
    }

    /**
     * A request whose server dies goes to another server, marked as such, until its time is over: so it may be done more than
     * once. Not where the dead one had taken the request's block for its own ({@link Request#takeBlock()}). A request waits for
     * a server as long as its time lasts, also where there is none at first.
     */
    public RequestsOptions redelivers() {
        return new RequestsOptions(calls, true);
    }

    /** Calls at a time, a power of two. */
    public int slots() {
        return calls;
    }

    public boolean isRedelivering() {
        return redelivers;
    }
}
