package io.shm.ledger;

import java.util.Locale;

/** The states of a block; see {@link BlockStates}. The code is what the state word holds. */
public enum BlockState {
    FREE(1),
    LIVE(2),
    PUB(3),
    HELD(4),
    TAKE(5),
    PUBS(6),
    SHARED(7),
    OFFER(8),
    ORPHAN(9),
    QUARANTINE(10),
    RESERVED(11);

    private static final BlockState[] BY_CODE = new BlockState[16];

    static {
        for (BlockState state : values()) {
            BY_CODE[state.code] = state;
        }
    }

    private final int code;
    private final String label = name().toLowerCase(Locale.ROOT);

    BlockState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The name in lower case, as users see it. */
    public String label() {
        return label;
    }

    /** The state of a code of four bits, or null where there is none. */
    public static BlockState of(int code) {
        return BY_CODE[code];
    }
}
