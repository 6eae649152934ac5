package io.shm.ledger;

/** Whether somebody subscribes. The arrows are those of {@link SubscriptionStates}. */
public enum SubscriptionState {
    /** Nobody's; no slot has its bit, but for those of senders that have not noticed yet. */
    FREE(1),
    /** Of a participant: what is sent is for it, too. */
    ACTIVE(2),
    /** Of a participant that fell behind: nothing is sent to it any more. */
    DETACHED(3),
    /** Its bits are being taken out. */
    LEAVING(4);

    private static final SubscriptionState[] BY_CODE = values();

    private final int code;

    SubscriptionState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Null for a code that there is not. */
    public static SubscriptionState of(int code) {
        return code < 1 || code > BY_CODE.length ? null : BY_CODE[code - 1];
    }
}
