package io.shm.cli.bench.ipc;

import java.io.IOException;

/** One of two ends between two processes: for messages of one size in both directions, of which each carries a number. */
public interface Link extends AutoCloseable {
    /** Sends a message that begins with the number; waits for room, spinning where it can. */
    void send(long value) throws IOException;

    /** Waits for a message, looks at each page of it, and returns the number that it begins with. */
    long receive() throws IOException;

    @Override
    void close() throws IOException;
}
