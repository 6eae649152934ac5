package io.shm.channel;

import io.shm.ledger.RequestsBlock;
import java.util.concurrent.TimeUnit;

/**
 * One that serves requests: made by {@link Requests#server()}, counted among those that do until it is closed.
 *
 * <p>Threads: any number may take requests of one server; each request is for one thread at a time. A process that dies while
 * it has a request: see {@link RequestsOptions}.
 */
public final class Server implements AutoCloseable {
    private final CallTable calls;
    private final Waiting waiting;
    private boolean closed;

    Server(CallTable calls, WaitStrategy strategy) {
        this.calls = calls;
        this.waiting = new Waiting(strategy, calls.owner(), "requests " + calls.name());
        count(1);
    }

    private void count(int change) {
        RequestsBlock table = calls.table();
        calls.memory().getAndAddLong(table.serversAt(calls.owner() - 1), change);
    }

    /**
     * Takes a request, if one waits.
     *
     * @return to be answered, by any thread; null where there is none
     */
    public Request poll() {
        try {
            calls.checkOpen();
            return calls.take();
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    /**
     * As {@link #poll()}, but waits for a request.
     *
     * @return null where there was none in time
     * @throws InterruptedException if the thread is interrupted while it waits; noticed within 50 milliseconds
     */
    public Request receive(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(calls.servers(), round);
            Request request = poll();
            if (request != null) {
                return request;
            }
            if (!waiting.goesOn(calls.servers(), round, deadline)) {
                return null;
            }
        }
    }

    /**
     * Waits for a request and has it answered by a handler.
     *
     * @return false where there was none in time
     * @throws InterruptedException as {@link #receive}
     */
    public boolean serve(RequestHandler handler, long timeout, TimeUnit unit) throws InterruptedException {
        Request request = receive(timeout, unit);
        if (request == null) {
            return false;
        }
        try (request) {
            handler.onRequest(request);
        }
        return true;
    }

    /** Is counted as a server no more. Requests that were taken may still be answered. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed && !calls.heap().isClosed()) {
            closed = true;
            try {
                calls.checkOpen();
                count(-1);
            } catch (InternalError e) {
                throw calls.heap().lost(e);
            }
        }
    }
}
