package io.shm.ledger;

/** The states of an entry of the scope table; see {@link ScopeStates}. The code is what the word holds. */
public enum ScopeState {
    /** Nobody's; so is an entry whose word is 0. */
    FREE(1),
    /** Its name is being written. */
    CLAIM(2),
    /** Blocks are allocated under it. */
    OPEN(3),
    /** Closed while blocks of it were in use: what is left of them is leaked. */
    CLOSED(4),
    /** The name of a holder: of blocks that its process keeps on purpose. */
    HOLDER(5);

    private static final ScopeState[] BY_CODE = {null, FREE, CLAIM, OPEN, CLOSED, HOLDER};

    private final int code;

    ScopeState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The state of a code, or null where there is none. */
    public static ScopeState of(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
