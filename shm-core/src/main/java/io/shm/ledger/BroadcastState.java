package io.shm.ledger;

/** What a slot of a broadcast is. The arrows are those of {@link BroadcastStates}. */
public enum BroadcastState {
    /** For the message of this lap. */
    EMPTY(0),
    /** A sender writes the message of this lap. */
    WRITING(1),
    /** The message is there, for the subscriptions whose bits are set. */
    FULL(2),
    /** A sender was too slow and has the slot still; this lap is over. */
    SKIPPED(3),
    /** Nobody is to read the message any more: somebody frees it. */
    FREEING(4);

    private static final BroadcastState[] BY_CODE = values();

    private final int code;

    BroadcastState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Null for a code that there is not. */
    public static BroadcastState of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** Whether a word names somebody in this state. */
    public boolean isOwned() {
        return this == WRITING || this == SKIPPED || this == FREEING;
    }
}
