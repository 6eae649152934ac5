package io.shm.ledger;

/** What a cell of a queue is while it holds no handle. The arrows are those of {@link QueueStates}. */
public enum QueueState {
    /** For the message of this lap. */
    EMPTY(0),
    /** A sender writes the message of this lap into the slot. */
    WRITING(1),
    /** The slot has the message of this lap. */
    FULL(2),
    /** A receiver reads what the slot has; this lap is over. */
    READING(3),
    /** A sender was too slow and has the slot still; this lap is over, and had no message. */
    SKIPPED(4),
    /** The slot has a message whose receiver has died; this lap is over. */
    ORPHAN(5);

    private static final QueueState[] BY_CODE = values();

    private final int code;

    QueueState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Null for a code that there is not. */
    public static QueueState of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** Whether a word names somebody in this state. */
    public boolean isOwned() {
        return this == WRITING || this == READING || this == SKIPPED;
    }
}
