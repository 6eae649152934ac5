package io.shm.ledger;

import java.util.Locale;

/**
 * What the fault log tells of: proven wrongs, and findings that are nobody's mistake. The code is what the log holds.
 *
 * <p>What makes two wrongs one distinct fault: the kind and the lines of code, and with some kinds also the block, so
 * that a finding of the same damage by several is one.
 */
public enum FaultKind {
    /** Freed, and freed again. */
    DOUBLE_FREE(1, Key.SITES),
    /** A handle used that names no block any more, or never did. */
    STALE_HANDLE(2, Key.SITES),
    /** A free by a participant that does not own the block, or of one that a cell holds. */
    NOT_OWNER(3, Key.SITES),
    /** Bytes written behind a block. */
    OVERRUN(4, Key.BLOCK),
    /** Bytes written before a block. */
    UNDERRUN(5, Key.BLOCK),
    /** A freed block written to. */
    USE_AFTER_FREE(6, Key.BLOCK),
    /** A cell written over while a block was recorded in it and nowhere else. By block while nobody is known to have done it. */
    OVERWRITTEN_REF(7, Key.SITES),
    /** An index beyond an array. */
    INDEX(8, Key.SITES),
    /** A block of a pool given to another, or asked of one that does not serve it. */
    WRONG_POOL(9, Key.SITES),
    /** An allocation beyond its tag's budget. */
    BUDGET(10, Key.SITES),
    /** A record or a slab's header that contradicts itself. */
    DAMAGED_RECORD(11, Key.BLOCK),

    /** Blocks of a dead process that went back to the region. No fault. */
    RECLAIMED(32, Key.PROCESS),
    /** Blocks of a process that has left or died, which are kept. No fault. */
    LEFT_BEHIND(33, Key.PROCESS),
    /** A process that is there without its liveness lock. No fault of the program. */
    LOCK_LOST(34, Key.PROCESS);

    /** What beside the kind makes a distinct entry. */
    enum Key {
        SITES,
        BLOCK,
        /** Process and site of {@link Fault#by}, and the site that allocated. */
        PROCESS
    }

    private static final FaultKind[] BY_CODE = new FaultKind[256];

    static {
        for (FaultKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;
    private final Key key;
    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    FaultKind(int code, Key key) {
        this.code = code;
        this.key = key;
    }

    public int code() {
        return code;
    }

    Key key() {
        return key;
    }

    /** Whether somebody's program is wrong: such an entry makes {@code shm faults} exit with 1. */
    public boolean isFault() {
        return code < RECLAIMED.code;
    }

    /** As users see it: {@code double-free}. */
    public String label() {
        return label;
    }

    /** The kind of a code, or null where there is none. */
    public static FaultKind of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }
}
