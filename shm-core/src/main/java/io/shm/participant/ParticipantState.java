package io.shm.participant;

/** State of a participant's slot, with the code that its word holds. */
public enum ParticipantState {
    EMPTY(1),
    ACTIVE(2),
    REAPING(3);

    private static final ParticipantState[] BY_CODE = {null, EMPTY, ACTIVE, REAPING};

    private final int code;

    ParticipantState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The state of a code, or null where no state has it. */
    public static ParticipantState of(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
