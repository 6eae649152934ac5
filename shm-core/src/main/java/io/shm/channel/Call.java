package io.shm.channel;

import io.shm.heap.Block;
import io.shm.layout.CallLayout;
import io.shm.layout.CallWord;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.memory.SharedMemory;
import java.util.Objects;

/**
 * A request that was asked, and will have one answer. Its entry is taken until somebody has asked for that, or has closed it.
 *
 * <p>Threads: one at a time. A process that dies: the request is taken back, or its reply freed by the server.
 */
public final class Call implements AutoCloseable {
    private final CallTable calls;
    private final int index;
    private final long claim;
    private final long deadline;
    private final Waiting waiting;
    private Answer answer;

    Call(CallTable calls, int index, long claim, long deadline, Waiting waiting) {
        this.calls = calls;
        this.index = index;
        this.claim = claim;
        this.deadline = deadline;
        this.waiting = waiting;
    }

    /**
     * The answer, if it is there.
     *
     * @param onReply gets the reply before this returns {@link Answer#REPLIED}; a block in it is this process's own
     * @return null as long as there is none; once there is one, the same for ever
     */
    public Answer poll(MessageHandler onReply) {
        Objects.requireNonNull(onReply, "onReply");
        return look(onReply, deadline - System.nanoTime() <= 0, true);
    }

    /**
     * Waits for the answer.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile; then the call is given up
     */
    public Answer await(MessageHandler onReply) throws InterruptedException {
        Objects.requireNonNull(onReply, "onReply");
        Signal signal = calls.requester(index);
        boolean over = false;
        try {
            for (int round = 0; ; round++) {
                waiting.announce(signal, round);
                Answer found = look(onReply, over, round == 0 || waiting.looksAround(round));
                if (found != null) {
                    return found;
                }
                over = !waiting.goesOn(signal, round, deadline);
            }
        } catch (InterruptedException e) {
            try {
                close();
            } catch (RuntimeException notInGoodOrder) {
                e.addSuppressed(notInGoodOrder);
            }
            throw e;
        }
    }

    /** Gives the call up, unless it has its answer: a request that nobody has taken is not done, and a reply is freed. */
    @Override
    public void close() {
        while (answer == null && !calls.heap().isClosed()) {
            look(
                    message -> {
                        if (message.block() != null) {
                            message.block().free();
                        }
                    },
                    true,
                    false);
        }
    }

    private Answer look(MessageHandler onReply, boolean over, boolean looksAround) {
        try {
            while (answer == null) {
                Answer found = tryLook(onReply, over, looksAround);
                if (found == null && !over) {
                    return null;
                }
            }
            return answer;
        } catch (InternalError e) {
            throw calls.heap().lost(e);
        }
    }

    /** Null where there is no answer yet, or the word has changed meanwhile. */
    private Answer tryLook(MessageHandler onReply, boolean over, boolean looksAround) {
        calls.checkOpen();
        SharedMemory memory = calls.memory();
        long word = calls.word(index);
        CallState state = CallStates.of(word);
        if (state == null
                || CallWord.number(word) != CallWord.number(claim)
                || CallWord.requester(word) != calls.owner()) {
            answer = Answer.FAILED;
            throw calls.damaged(index, word);
        }
        return switch (state) {
            case REPLIED -> reply(onReply, word);
            case FAILED -> end(word, Answer.FAILED);
            case DIED -> end(word, Answer.SERVER_DIED);
            case ASKED -> {
                boolean unserved = (over || (looksAround && !calls.table().again())) && !calls.isServed();
                yield (over || unserved) && CallStates.withdraw(memory, calls.at(index), word)
                        ? end(claim, unserved ? Answer.NO_SERVER : Answer.TIMED_OUT)
                        : null;
            }
            case TAKEN -> over && CallStates.abandon(memory, calls.at(index), word) ? givenUp() : null;
            default -> {
                answer = Answer.FAILED;
                throw calls.damaged(index, word);
            }
        };
    }

    /** The entry is the server's now, who frees it. */
    private Answer givenUp() {
        calls.count(RequestsLayout.GIVEN_UP_OFFSET);
        answer = Answer.TIMED_OUT;
        return answer;
    }

    private Answer end(long held, Answer with) {
        if (with == Answer.TIMED_OUT) {
            calls.count(RequestsLayout.GIVEN_UP_OFFSET);
        }
        answer = with;
        calls.release(index, held);
        return with;
    }

    private Answer reply(MessageHandler onReply, long replied) {
        SharedMemory memory = calls.memory();
        long at = calls.at(index);
        Message message = Message.ofThread();
        answer = Answer.FAILED;
        try {
            if (memory.getInt(at + CallLayout.REPLY_SIZE_OFFSET) == CallLayout.IS_BLOCK) {
                Block block = calls.cells().takeOut(at + CallLayout.REPLY_OFFSET);
                if (block == null) {
                    throw calls.withoutBlock(index);
                }
                message.reads(memory, block, CallWord.isAgain(replied));
            } else {
                message.reads(
                        memory,
                        at + CallLayout.REPLY_PAYLOAD_OFFSET,
                        Request.sizeAt(memory, at + CallLayout.REPLY_SIZE_OFFSET),
                        0,
                        CallWord.isAgain(replied));
            }
            // Also where the handler throws: it has had the reply.
            answer = Answer.REPLIED;
            onReply.onMessage(message);
        } finally {
            message.end();
            calls.release(index, replied);
        }
        return answer;
    }

    @Override
    public String toString() {
        return "Call[" + calls.name() + " " + CallWord.number(claim) + (answer == null ? "" : ", " + answer) + "]";
    }
}
