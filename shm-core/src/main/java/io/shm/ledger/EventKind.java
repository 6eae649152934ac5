package io.shm.ledger;

import java.util.Locale;

/** What can be done to a block, as listeners and the event log are told. */
public enum EventKind {
    /** A block was allocated. */
    ALLOCATED(1),
    /** A block was freed by its owner, its last holder or an operator. */
    FREED(2),
    /** The requested size of a block was changed in its place; the size is the new one. */
    RESIZED(3),
    /** A block was given away: into a cell, or as an offer. */
    PUBLISHED(4),
    /** A block was taken out of a cell, or an offer was accepted or withdrawn: it has another handle now. */
    TAKEN(5),
    /** Something was proven to be wrong. */
    FAULT(6),
    /** A block of one that is dead or has left was freed by whoever settled what it held. */
    RECLAIMED(7);

    private static final EventKind[] BY_CODE = new EventKind[8];

    static {
        for (EventKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;

    EventKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** As the command line shows it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null where there is none. */
    public static EventKind of(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
