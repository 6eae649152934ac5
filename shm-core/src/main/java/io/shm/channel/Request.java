package io.shm.channel;

import io.shm.heap.Block;
import io.shm.layout.CallLayout;
import io.shm.layout.CallWord;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.memory.SharedMemory;
import java.util.Objects;

/**
 * A request that a server has taken: to be read, and to be answered once.
 *
 * <p>The requester may have gone meanwhile. Then a reply goes nowhere and is freed, which {@code reply} tells by false.
 *
 * <p>Threads: one at a time, not always the same. A process that dies before it has answered: see {@link RequestsOptions}.
 */
public final class Request implements AutoCloseable {
    private final CallTable calls;
    private final SharedMemory memory;
    private final long at;
    private final int index;
    private final long taken;
    private final boolean isBlock;
    private Message message;
    private Block block;
    private boolean answered;

    Request(CallTable calls, int index, long taken) {
        this.calls = calls;
        this.memory = calls.memory();
        this.index = index;
        this.at = calls.at(index);
        this.taken = taken;
        this.isBlock = memory.getInt(at + CallLayout.REQUEST_SIZE_OFFSET) == CallLayout.IS_BLOCK;
    }

    /**
     * The request's bytes. Where they are a block's, {@link Message#block()} is null all the same: the block is not this
     * process's own.
     */
    public Message message() {
        checkOpen();
        if (message == null) {
            Block read = block();
            if (isBlock && read == null) {
                throw calls.withoutBlock(index);
            }
            message = isBlock
                    ? Message.of(memory, read.offset(), read.size(), isRedelivered())
                    : Message.of(
                            memory,
                            at + CallLayout.REQUEST_PAYLOAD_OFFSET,
                            sizeAt(memory, at + CallLayout.REQUEST_SIZE_OFFSET),
                            isRedelivered());
        }
        return message;
    }

    /** The request's block, to be read until the answer; it is freed then. Null where the request has none. */
    public Block block() {
        checkOpen();
        if (isBlock && block == null) {
            block = calls.cells().resolve(at + CallLayout.REQUEST_OFFSET);
        }
        return block;
    }

    /**
     * Makes the request's block this process's own: to be kept, or to be the reply. From then on the request goes to no other
     * server. Null where it has none, or was taken before.
     */
    public Block takeBlock() {
        checkOpen();
        try {
            Block out = isBlock ? calls.cells().takeOut(at + CallLayout.REQUEST_OFFSET) : null;
            block = out == null ? block : out;
            return out;
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    /** Whether a server had this request before, and died. */
    public boolean isRedelivered() {
        return CallWord.isAgain(taken);
    }

    /** Milliseconds that the requester still waits, by the clock of the machine; 0 where its time is over. */
    public long remainingMs() {
        checkOpen();
        return Math.max(0, memory.getLong(at + CallLayout.DEADLINE_OFFSET) - System.currentTimeMillis());
    }

    /** Whether the requester has gone, or has given up: there is no need to go on. */
    public boolean isAbandoned() {
        checkOpen();
        return calls.word(index) != taken;
    }

    /**
     * Replies without a block.
     *
     * @return false where the requester has gone
     * @throws IllegalArgumentException if length exceeds {@link Requests#INLINE_BYTES}
     */
    public boolean reply(int length, MessageWriter writer) {
        checkOpen();
        Objects.requireNonNull(writer, "writer");
        if (length < 0 || length > Requests.INLINE_BYTES) {
            throw new IllegalArgumentException(
                    "a reply without a block has at most " + Requests.INLINE_BYTES + " bytes, not " + length);
        }
        try {
            Message reply = Message.ofThread();
            try {
                reply.writes(memory, at + CallLayout.REPLY_PAYLOAD_OFFSET, length);
                writer.write(reply);
            } finally {
                reply.end();
            }
            return answer(length);
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    /**
     * Replies with a block, which is this process's own no more.
     *
     * @return false where the requester has gone; the block is freed
     * @throws io.shm.error.StaleHandleException if the block is not this process's own
     */
    public boolean reply(Block reply) {
        checkOpen();
        if (!calls.heap().isOurs(reply)) {
            throw new IllegalArgumentException("a block goes with requests of its own region: " + reply);
        }
        try {
            calls.cells().put(reply, at + CallLayout.REPLY_OFFSET);
            return answer(CallLayout.IS_BLOCK);
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    private boolean answer(int size) {
        memory.putInt(at + CallLayout.REPLY_SIZE_OFFSET, size);
        answered = true;
        return ended(CallStates.reply(memory, at, taken));
    }

    /** Says that there is no reply; false where the requester has gone. */
    public boolean fail() {
        checkOpen();
        try {
            answered = true;
            return ended(CallStates.fail(memory, at, taken));
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    private boolean ended(boolean told) {
        if (told) {
            calls.requester(index).wake();
            return true;
        }
        long word = calls.word(index);
        if (CallStates.of(word) != CallState.ABANDONED
                || CallWord.server(word) != calls.owner()
                || CallWord.number(word) != CallWord.number(taken)) {
            throw calls.damaged(index, word);
        }
        calls.release(index, word);
        return false;
    }

    /** Fails, unless it was answered. */
    @Override
    public void close() {
        if (!answered && !calls.heap().isClosed()) {
            fail();
        }
    }

    /** Bytes of a request or reply without a block, within what there can be. */
    static int sizeAt(SharedMemory memory, long sizeAt) {
        return Math.max(0, Math.min(memory.getInt(sizeAt), Requests.INLINE_BYTES));
    }

    private void checkOpen() {
        calls.checkOpen();
        if (answered) {
            throw new IllegalStateException("this request was answered");
        }
    }

    @Override
    public String toString() {
        return "Request[" + calls.name() + " " + CallWord.number(taken) + (answered ? ", answered]" : "]");
    }
}
