package io.shm.segment;

import io.shm.memory.Posix;

/** The open descriptor by which others reach a segment without a name, through {@code /proc}. Threads: safe. */
final class HandOver {
    private static final int CLOSED = -1;

    private int descriptor;

    /** Takes over an open descriptor. */
    HandOver(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Without the descriptor, root can still find the mapping by the process. */
    synchronized String reference() {
        String process = "pid:" + ProcessHandle.current().pid();
        return descriptor == CLOSED ? process : process + "/" + descriptor;
    }

    synchronized void close() {
        if (descriptor != CLOSED) {
            Posix.close(descriptor);
            descriptor = CLOSED;
        }
    }
}
