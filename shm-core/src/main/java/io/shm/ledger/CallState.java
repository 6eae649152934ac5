package io.shm.ledger;

/** How far a call is. The arrows are those of {@link CallStates}. */
public enum CallState {
    /** Nobody's, and its cells are empty. */
    FREE(1),
    /** Its requester writes the request, or takes it back. */
    CLAIM(2),
    /** The request waits for a server. */
    ASKED(3),
    /** A server has the request, and the requester waits. */
    TAKEN(4),
    /** The reply is there. */
    REPLIED(5),
    /** The server has said that there is none. */
    FAILED(6),
    /** The server has died. */
    DIED(7),
    /** The requester has gone: the server, which works on it yet, makes it free. */
    ABANDONED(8);

    private static final CallState[] BY_CODE = values();

    private final int code;

    CallState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Null for a code that there is not. */
    public static CallState of(int code) {
        return code < 1 || code > BY_CODE.length ? null : BY_CODE[code - 1];
    }

    boolean hasRequester() {
        return this != FREE && this != ABANDONED;
    }

    boolean hasServer() {
        return this == TAKEN || this == ABANDONED;
    }
}
