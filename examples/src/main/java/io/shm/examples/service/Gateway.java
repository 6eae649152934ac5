package io.shm.examples.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shm.Region;
import io.shm.channel.MessageHandler;
import io.shm.channel.Requests;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes requests over HTTP and has them answered by workers: the body of a request is written into a block, which goes
 * to a worker and comes back as the reply. Whoever sent the request gets one answer, or one clear error, whatever becomes of the
 * worker.
 */
final class Gateway implements AutoCloseable {
    static final String PATH = "/capitals";
    static final String OUTCOME_HEADER = "Shm-Outcome";
    static final String WORKER_HEADER = "Shm-Worker";
    static final int MOST_TEXT = 1 << 20;

    private static final Site RECEIVE = Site.here("receive");
    private static final int THREADS = 32;
    private static final int BUFFER = 8192;
    static final int MOST_DRAINED = 16 << 20;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private final Region region;
    private final Requests requests;
    private final long deadlineMs;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Set<Long> answeredBy = ConcurrentHashMap.newKeySet();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean closing;
    private boolean closed;

    private Gateway(Region region, int port, long deadlineMs) throws IOException {
        this.region = region;
        this.deadlineMs = deadlineMs;
        this.requests = region.requests(Text.REQUESTS, Text.OPTIONS);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), THREADS);
    }

    /**
     * Opens for requests from this machine.
     *
     * @param port 0 for any that is free
     */
    static Gateway open(Region region, int port, long deadlineMs) throws IOException {
        // Else each response waits 40 ms for an acknowledgement that its receiver is in no hurry to send.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        Gateway gateway = new Gateway(region, port, deadlineMs);
        gateway.server.createContext(PATH, gateway::handle);
        gateway.server.setExecutor(gateway.threads);
        gateway.server.start();
        return gateway;
    }

    int port() {
        return server.getAddress().getPort();
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
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
    }

    private void serve(HttpExchange exchange, long length) throws IOException {
        underWay.incrementAndGet();
        Block[] reply = new Block[1];
        try {
            Outcome outcome = closing ? Outcome.CLOSING : ask(exchange, length, message -> reply[0] = message.block());
            if (outcome != Outcome.ANSWERED) {
                refuse(exchange, outcome);
                return;
            }
            answeredBy.add(Text.worker(reply[0]));
            respond(exchange, reply[0]);
        } finally {
            if (reply[0] != null) {
                reply[0].free();
            }
            underWay.decrementAndGet();
        }
    }

    private Outcome ask(HttpExchange exchange, long length, MessageHandler onReply) throws IOException {
        Block text = region.tryAllocate(
                BlockSpec.of(Text.HEAD + length).tag(Text.TAG).site(RECEIVE));
        if (text == null) {
            return Outcome.NO_ROOM;
        }
        boolean isWritten = false;
        try {
            Text.write(text, workMs(exchange));
            read(exchange.getRequestBody(), text);
            isWritten = true;
        } finally {
            if (!isWritten) {
                text.free();
            }
        }
        try {
            // From here on the block is not ours, whatever the answer is.
            return Outcome.of(requests.call(text, onReply, deadlineMs, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            return Outcome.CLOSING;
        }
    }

    /** So many milliseconds of work are asked for by {@code ?work=5}. */
    private static long workMs(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query != null && query.matches("work=\\d{1,6}") ? Long.parseLong(query.substring(5)) : 0;
    }

    private static void read(InputStream body, Block text) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long at = Text.HEAD; at < text.size(); ) {
            int count = body.read(buffer, 0, (int) Math.min(buffer.length, text.size() - at));
            if (count < 0) {
                throw new IOException("the request ended early");
            }
            text.putBytes(at, buffer, 0, count);
            at += count;
        }
    }

    private static void respond(HttpExchange exchange, Block reply) throws IOException {
        exchange.getResponseHeaders().set(OUTCOME_HEADER, Outcome.ANSWERED.text());
        exchange.getResponseHeaders().set(WORKER_HEADER, Long.toString(Text.worker(reply)));
        long length = Text.bytes(reply);
        exchange.sendResponseHeaders(Outcome.ANSWERED.status(), length == 0 ? -1 : length);
        byte[] buffer = new byte[BUFFER];
        OutputStream body = exchange.getResponseBody();
        for (long at = Text.HEAD; at < reply.size(); ) {
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

    // ---------------------------------------------------------------- the end

    /** Takes no more requests, and waits until all those that it has are answered; not for those that take too long. */
    void finish() throws InterruptedException {
        closing = true;
        long start = System.nanoTime();
        while (underWay.get() > 0 && System.nanoTime() - start < PATIENCE_NS) {
            Thread.sleep(1);
        }
        if (underWay.get() > 0) {
            threads.shutdownNow();
        }
    }

    /** After all workers have left: leaves nothing in the region. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            finish();
            threads.shutdown();
            threads.awaitTermination(PATIENCE_NS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        region.root(Text.REQUESTS).take().free();
    }
}
