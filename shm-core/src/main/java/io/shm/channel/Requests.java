package io.shm.channel;

import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.layout.CallLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.CallStates;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.Tag;
import io.shm.memory.SharedMemory;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Requests and their replies between processes, for any number of requesters and servers: each request goes to one server,
 * and each call has exactly one {@link Answer}.
 *
 * <pre>{@code
 * Requests prices = region.requests("prices", 64);            // in every process
 *
 * try (Server server = prices.server()) {                     // one that serves
 *     while (running) {
 *         server.serve(r -> r.reply(8, m -> m.putLong(0, priceOf(r.message().getLong(0)))), 1, TimeUnit.SECONDS);
 *     }
 * }
 *
 * Answer answer = prices.call(8, m -> m.putLong(0, 4711), reply -> use(reply.getLong(0)), 1, TimeUnit.SECONDS);
 * if (answer != Answer.REPLIED) { ... }                       // one that asks
 * }</pre>
 *
 * <p>Request and reply are each a block, which is the receiver's own in the end, or up to {@value #INLINE_BYTES} bytes that lie
 * in the table. So many calls can be under way as the table has entries; {@link #call} waits for one, {@link #ask} refuses.
 *
 * <p>Whoever dies: a requester's request is not done, or its reply is freed by the server. A server's call is answered with
 * {@link Answer#SERVER_DIED} as soon as it is reaped, within some tenths of a second, or is done by another, see {@link
 * RequestsOptions#redelivers()}. A server that is stopped keeps the entries of what it had begun; those who ask go on when
 * their time is over.
 *
 * <p>Threads and processes: safe, and lock-free; any number of threads may call at once.
 */
public final class Requests {
    /** Most bytes of a request or reply without a block. */
    public static final int INLINE_BYTES = CallLayout.PAYLOAD_BYTES;

    private final CallTable calls;
    private final WaitStrategy strategy;
    private final Waiting waiting;

    /**
     * The requests in a block.
     *
     * @throws IllegalArgumentException if the block is no table of requests
     */
    public Requests(String name, SharedMemory memory, RegionMap map, Heap heap, Block block) {
        this(new CallTable(name, memory, map, heap, block), WaitStrategy.BLOCKING);
    }

    private Requests(CallTable calls, WaitStrategy strategy) {
        this.calls = calls;
        this.strategy = strategy;
        this.waiting = new Waiting(strategy, calls.owner(), "requests " + calls.name());
    }

    /** What to allocate for a table of requests. */
    public static BlockSpec specOf(RequestsOptions options) {
        return BlockSpec.of(RequestsLayout.bytesFor(options.slots()))
                .type(RequestsBlock.TYPE)
                .tag(Tag.of("shm.requests"))
                .alignment(128);
    }

    /** Makes a table of requests of a block that nobody else knows yet. */
    public static void form(SharedMemory memory, Block block, RequestsOptions options) {
        RequestsBlock.form(memory, block.offset(), options.slots(), options.isRedelivering());
    }

    /** The same requests for a thread that waits in another way; the usual one is {@link WaitStrategy#BLOCKING}. */
    public Requests waiting(WaitStrategy other) {
        return new Requests(calls, Objects.requireNonNull(other, "strategy"));
    }

    public String name() {
        return calls.name();
    }

    /** How many calls can be under way at a time. */
    public int capacity() {
        return calls.table().capacity();
    }

    /** Whether a request whose server dies goes to another. */
    public boolean isRedelivering() {
        return calls.table().again();
    }

    /** Whether anybody serves; one that has died does until it is reaped. */
    public boolean isServed() {
        calls.checkOpen();
        return calls.isServed();
    }

    /** Serves, from now until it is closed; for one thread at a time. */
    public Server server() {
        calls.checkOpen();
        return new Server(calls, strategy);
    }

    // ---------------------------------------------------------------- ask

    /**
     * Asks without a block, and waits for the answer.
     *
     * @param writer writes the request; once
     * @param onReply gets the reply before this returns {@link Answer#REPLIED}; a block in it is this process's own
     * @throws IllegalArgumentException if length exceeds {@link #INLINE_BYTES}
     * @throws InterruptedException if the thread is interrupted meanwhile; then the call is given up
     */
    public Answer call(int length, MessageWriter writer, MessageHandler onReply, long timeout, TimeUnit unit)
            throws InterruptedException {
        Objects.requireNonNull(onReply, "onReply");
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(calls.room(), round);
            Call call = ask(length, writer, deadline);
            if (call != null) {
                return call.await(onReply);
            }
            if (!waiting.goesOn(calls.room(), round, deadline)) {
                return Answer.BUSY;
            }
        }
    }

    /**
     * Asks with a block, and waits for the answer. Whatever that is, the block is this process's own no more; only where an
     * exception tells of misuse it still is.
     *
     * @throws StaleHandleException if the block is not this process's own
     * @throws InterruptedException if the thread is interrupted meanwhile; then the call is given up, and the block freed
     */
    public Answer call(Block request, MessageHandler onReply, long timeout, TimeUnit unit) throws InterruptedException {
        Objects.requireNonNull(onReply, "onReply");
        long deadline = Waiting.deadline(timeout, unit);
        Call call = null;
        try {
            for (int round = 0; call == null; round++) {
                waiting.announce(calls.room(), round);
                call = ask(request, deadline);
                if (call == null && !waiting.goesOn(calls.room(), round, deadline)) {
                    request.free();
                    return Answer.BUSY;
                }
            }
        } catch (InterruptedException e) {
            try {
                request.free();
            } catch (RuntimeException notFreed) {
                e.addSuppressed(notFreed);
            }
            throw e;
        }
        return call.await(onReply);
    }

    /**
     * Asks without a block, and does not wait.
     *
     * @return to be asked for the answer, or closed; null where as many calls as there can be are under way
     * @throws IllegalArgumentException if length exceeds {@link #INLINE_BYTES}
     */
    public Call ask(int length, MessageWriter writer, long timeout, TimeUnit unit) {
        return ask(length, writer, Waiting.deadline(timeout, unit));
    }

    /**
     * Asks with a block, and does not wait.
     *
     * @return to be asked for the answer, or closed; null where as many calls as there can be are under way: the block is still
     *     this process's own
     * @throws StaleHandleException if the block is not this process's own
     */
    public Call ask(Block request, long timeout, TimeUnit unit) {
        return ask(request, Waiting.deadline(timeout, unit));
    }

    private Call ask(int length, MessageWriter writer, long deadline) {
        Objects.requireNonNull(writer, "writer");
        if (length < 0 || length > INLINE_BYTES) {
            throw new IllegalArgumentException(
                    "a request without a block has at most " + INLINE_BYTES + " bytes, not " + length);
        }
        try {
            int index = claim();
            if (index < 0) {
                return null;
            }
            long claim = calls.word(index);
            Message message = Message.ofThread();
            boolean written = false;
            try {
                message.writes(calls.memory(), calls.at(index) + CallLayout.REQUEST_PAYLOAD_OFFSET, length);
                writer.write(message);
                written = true;
            } finally {
                message.end();
                if (!written) {
                    calls.release(index, claim);
                }
            }
            return asked(index, claim, length, deadline);
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    private Call ask(Block request, long deadline) {
        if (!calls.heap().isOurs(request)) {
            throw new IllegalArgumentException("a block goes with requests of its own region: " + request);
        }
        try {
            int index = claim();
            if (index < 0) {
                return null;
            }
            long claim = calls.word(index);
            boolean put = false;
            try {
                calls.cells().put(request, calls.at(index) + CallLayout.REQUEST_OFFSET);
                put = true;
            } finally {
                if (!put) {
                    calls.release(index, claim);
                }
            }
            return asked(index, claim, CallLayout.IS_BLOCK, deadline);
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    private int claim() {
        calls.checkOpen();
        int index = calls.claim();
        if (index >= 0) {
            // Nothing is there, unless somebody has written over it.
            try {
                calls.empty(index);
            } catch (RuntimeException e) {
                calls.release(index, calls.word(index));
                throw e;
            }
        }
        return index;
    }

    private Call asked(int index, long claim, int size, long deadline) {
        SharedMemory memory = calls.memory();
        long at = calls.at(index);
        memory.putInt(at + CallLayout.REQUEST_SIZE_OFFSET, size);
        memory.putLong(
                at + CallLayout.DEADLINE_OFFSET,
                System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        memory.putLong(at + CallLayout.ASKED_AT_OFFSET, calls.heap().nowMs());
        CallStates.ask(memory, at, claim);
        calls.servers().wake();
        return new Call(calls, index, claim, deadline, waiting);
    }

    @Override
    public String toString() {
        return "Requests[" + name() + ", " + capacity() + "]";
    }
}
