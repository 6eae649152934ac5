package io.shm.ledger;

/** The states of a slab; see {@link SlabStates}. The code is what the slab word holds. */
public enum SlabState {
    /** Nobody's, not formatted. */
    FREE(1),
    /** A participant is forming it. */
    CLAIM(2),
    /** Formatted; its owner alone allocates from it. Head of a run if the class takes several slabs. */
    OWN(3),
    /** Formatted, without an owner; whoever adopts it may allocate from it. */
    PARTIAL(4),
    /** Head of a run that holds one large block. */
    LARGE(5),
    /** Not the first slab of a run; its entry names the head. */
    TAIL(6),
    /** Head of a run that is being taken apart; anyone may help. */
    RELEASING(7),
    /** Part of a pool, for ever. */
    POOL(8),
    /** Taken out of use because of damage. */
    QUARANTINE(9);

    private static final SlabState[] BY_CODE = new SlabState[16];

    static {
        for (SlabState state : values()) {
            BY_CODE[state.code] = state;
        }
    }

    private final int code;

    SlabState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether slabs in this state have records. */
    public boolean isFormatted() {
        return this == OWN || this == PARTIAL || this == LARGE || this == POOL;
    }

    /** The state of a code of four bits, or null where there is none. */
    public static SlabState of(int code) {
        return BY_CODE[code];
    }
}
