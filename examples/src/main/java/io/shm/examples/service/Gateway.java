package io.shm.examples.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shm.Region;
import io.shm.channel.Channel;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import io.shm.recovery.Orphan;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Takes requests over HTTP and has them answered by workers: the body of a request is written into a block, which goes
 * to a worker and comes back as the reply. Whoever sent the request gets one answer, or one clear error, whatever becomes of the
 * worker.
 *
 * <p>A block that was handed over comes back in one of four ways, which {@link Ledger} counts: in time, too late, from a
 * dead worker as an orphan, or untaken when the gateway closes.
 */
final class Gateway implements AutoCloseable {
    static final String PATH = "/capitals";
    static final String OUTCOME_HEADER = "Shm-Outcome";
    static final String WORKER_HEADER = "Shm-Worker";
    static final int MOST_TEXT = 1 << 20;

    private static final Site RECEIVE = Site.here("receive");
    private static final int THREADS = 32;
    private static final int LOOK_MS = 100;
    private static final int BUFFER = 8192;
    private static final long MOST_DRAINED = 16 << 20;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    /** Blocks that were handed over, and how they came back. */
    static final class Ledger {
        final AtomicLong handedOver = new AtomicLong();
        final AtomicLong inTime = new AtomicLong();
        final AtomicLong late = new AtomicLong();
        final AtomicLong adopted = new AtomicLong();
        final AtomicLong untaken = new AtomicLong();

        long back() {
            return inTime.get() + late.get() + adopted.get() + untaken.get();
        }

        boolean isBalanced() {
            return back() == handedOver.get();
        }
    }

    private final Region region;
    private final long deadlineNs;
    private final Channel requests;
    private final Channel replies;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Thread receiver = new Thread(this::receive, "replies");
    private final Waiting waiting = new Waiting();
    private final Ledger ledger = new Ledger();
    private final Set<Long> answeredBy = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private volatile boolean closing;
    private volatile boolean closed;

    private Gateway(Region region, int port, long deadlineMs) throws IOException {
        this.region = region;
        this.deadlineNs = TimeUnit.MILLISECONDS.toNanos(deadlineMs);
        this.requests = region.channel(Request.REQUESTS, Request.CHANNEL);
        this.replies = region.channel(Request.REPLIES, Request.CHANNEL);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), THREADS);
    }

    /**
     * Opens for requests from this machine.
     *
     * @param region of policy adopt: what a worker has when it dies comes to the gateway
     * @param port 0 for any that is free
     */
    static Gateway open(Region region, int port, long deadlineMs) throws IOException {
        // Else each response waits 40 ms for an acknowledgement that its receiver is in no hurry to send.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        Gateway gateway = new Gateway(region, port, deadlineMs);
        region.onOrphan(gateway::adopt);
        gateway.receiver.start();
        gateway.server.createContext(PATH, gateway::handle);
        gateway.server.setExecutor(gateway.threads);
        gateway.server.start();
        return gateway;
    }

    int port() {
        return server.getAddress().getPort();
    }

    Ledger ledger() {
        return ledger;
    }

    /** Whether a process has answered anything yet. */
    boolean hasAnswerOf(long pid) {
        return answeredBy.contains(pid);
    }

    // ---------------------------------------------------------------- HTTP

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            long length = length(exchange);
            if (!exchange.getRequestMethod().equals("POST")) {
                refuse(exchange, 405, "POST a text to " + PATH);
            } else if (length < 0) {
                refuse(exchange, 411, "a request says its Content-Length");
            } else if (length > MOST_TEXT) {
                refuse(exchange, 413, "a text has at most " + MOST_TEXT + " bytes");
            } else {
                serve(exchange, length);
            }
        }
    }

    private static long length(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return length != null && length.matches("\\d{1,9}") ? Long.parseLong(length) : -1;
    }

    private void serve(HttpExchange exchange, long length) throws IOException {
        long deadline = System.nanoTime() + deadlineNs;
        Block request = region.tryAllocate(
                BlockSpec.of(Request.TEXT + length).tag(Request.TAG).site(RECEIVE));
        if (request == null) {
            refuse(exchange, Outcome.NO_ROOM);
            return;
        }
        long id = ids.incrementAndGet();
        boolean sent = false;
        Waiting.Entry entry = null;
        try {
            Request.write(request, id, deadline, workMs(exchange));
            read(exchange.getRequestBody(), request);
            entry = waiting.enter(id);
            sent = !closing && requests.offer(request);
        } finally {
            if (!sent) {
                request.free();
                waiting.forget(id, Outcome.QUEUE_FULL);
            }
        }
        if (!sent) {
            refuse(exchange, closing ? Outcome.CLOSING : Outcome.QUEUE_FULL);
            return;
        }
        ledger.handedOver.incrementAndGet();
        Waiting.End end = entry.await(deadline);
        if (end.outcome() != Outcome.ANSWERED) {
            refuse(exchange, end.outcome());
            return;
        }
        try (Block reply = end.reply()) {
            respond(exchange, reply);
        }
    }

    /** So many milliseconds of work are asked for by {@code ?work=5}. */
    private static long workMs(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query != null && query.matches("work=\\d{1,6}") ? Long.parseLong(query.substring(5)) : 0;
    }

    private static void read(InputStream body, Block request) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long at = Request.TEXT; at < request.size(); ) {
            int count = body.read(buffer, 0, (int) Math.min(buffer.length, request.size() - at));
            if (count < 0) {
                throw new IOException("the request ended early");
            }
            request.putBytes(at, buffer, 0, count);
            at += count;
        }
    }

    private static void respond(HttpExchange exchange, Block reply) throws IOException {
        exchange.getResponseHeaders().set(OUTCOME_HEADER, Outcome.ANSWERED.text());
        exchange.getResponseHeaders().set(WORKER_HEADER, Long.toString(Request.worker(reply)));
        long length = Request.textBytes(reply);
        exchange.sendResponseHeaders(Outcome.ANSWERED.status(), length == 0 ? -1 : length);
        byte[] buffer = new byte[BUFFER];
        OutputStream body = exchange.getResponseBody();
        for (long at = Request.TEXT; at < reply.size(); ) {
            int count = (int) Math.min(buffer.length, reply.size() - at);
            reply.getBytes(at, buffer, 0, count);
            body.write(buffer, 0, count);
            at += count;
        }
    }

    private static void refuse(HttpExchange exchange, Outcome why) throws IOException {
        exchange.getResponseHeaders().set(OUTCOME_HEADER, why.text());
        refuse(exchange, why.status(), why.text());
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        drain(exchange.getRequestBody());
        byte[] bytes = (why + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A client that is still sending would not see the response; one that never ends gets none. */
    private static void drain(InputStream body) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long left = MOST_DRAINED; left > 0; ) {
            int count = body.read(buffer);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    // ---------------------------------------------------------------- the region

    /** Counted before its thread is told: whoever sees a request end sees it in the books. */
    private void receive() {
        while (!closed) {
            try {
                Block reply = replies.receive(LOOK_MS, TimeUnit.MILLISECONDS);
                if (reply != null) {
                    back(reply);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void back(Block reply) {
        long id = Request.id(reply);
        boolean isAnswered = Request.worker(reply) != 0;
        if (isAnswered) {
            answeredBy.add(Request.worker(reply));
        }
        if (isAnswered && waiting.answer(id, reply)) {
            ledger.inTime.incrementAndGet();
            return;
        }
        if (!isAnswered) {
            // The worker saw the deadline pass before the request's own thread did.
            waiting.forget(id, Outcome.DEADLINE);
        }
        reply.free();
        ledger.late.incrementAndGet();
    }

    /** What a worker had when it died. Only the fields that a worker never writes are believed. */
    private void adopt(Orphan orphan) {
        try (Block block = orphan.block()) {
            if (orphan.tag().equals(Request.TAG.name()) && Request.isOne(block)) {
                waiting.forget(Request.id(block), Outcome.WORKER_DIED);
                ledger.adopted.incrementAndGet();
            }
        }
    }

    // ---------------------------------------------------------------- the end

    /** Takes no more requests, and waits until all those that it has are answered; not for those that take too long. */
    void finish() throws InterruptedException {
        closing = true;
        await(() -> waiting.count() == 0);
        waiting.forgetAll(Outcome.CLOSING);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - start < PATIENCE_NS) {
            Thread.sleep(1);
        }
    }

    /** After all workers have left: gets every block back, and leaves nothing in the region. */
    @Override
    public void close() {
        try {
            leaveNothing();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leaveNothing() throws InterruptedException {
        if (closed) {
            return;
        }
        finish();
        threads.shutdown();
        threads.awaitTermination(PATIENCE_NS, TimeUnit.NANOSECONDS);
        server.stop(0);
        for (Block request = requests.poll(); request != null; request = requests.poll()) {
            request.free();
            ledger.untaken.incrementAndGet();
        }
        // A worker that was killed at last is noticed within a tenth of a second.
        await(ledger::isBalanced);
        closed = true;
        receiver.join();
        region.root(Request.REQUESTS).take().free();
        region.root(Request.REPLIES).take().free();
    }
}
