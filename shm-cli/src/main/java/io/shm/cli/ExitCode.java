package io.shm.cli;

/** What the program ends with; users' scripts rely on it. {@code Verb} has the two that a verb returns itself. */
enum ExitCode {
    USAGE(2),
    /** No such region, not readable as one, or not on this machine. */
    UNREADABLE(3),
    PERMISSION(4),
    /** Attached, exists already, all places taken. */
    BUSY(5),
    NO_SPACE(6),
    /** A bug of ours. */
    INTERNAL(70);

    final int code;

    ExitCode(int code) {
        this.code = code;
    }
}
