package io.shm.segment;

/** Where the bytes of a segment are. The codes are stored in files: never change one. */
public enum Kind {
    /** A file, in the memory file system unless a path says otherwise. */
    NAMED(1),
    /** No name anywhere; reached through the descriptor that its processes keep open. */
    ANONYMOUS(2),
    /** As anonymous, but the mapping needs no descriptor, and the one for handing over can be closed. */
    ZERO(3),
    /** A file found by a System V key or id. */
    SYSV(4);

    private final int code;

    Kind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether it is reached through a process instead of a path. */
    public boolean isNameless() {
        return this == ANONYMOUS || this == ZERO;
    }

    /** The kind of a stored code; null for a number that is none. */
    public static Kind ofCode(int code) {
        for (Kind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
