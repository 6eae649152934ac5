package io.shm.examples.service;

import io.shm.channel.ChannelOptions;
import io.shm.heap.Block;
import io.shm.ledger.Tag;
import java.util.concurrent.TimeUnit;

/**
 * A request, and the reply that is made of it in its place: a block with some fields and a text behind them.
 *
 * <p>The gateway writes all fields but the worker's before it sends the block, and nobody writes them after that: so they
 * can be read also in the block of a worker that died.
 */
final class Request {
    static final String REQUESTS = "requests";
    static final String REPLIES = "replies";
    static final ChannelOptions CHANNEL = ChannelOptions.capacity(64);
    static final Tag TAG = Tag.of("request");

    private static final int ID = 0;
    private static final int DEADLINE_NS = 8;
    private static final int WORK_MS = 16;
    private static final int WORKER = 24;
    static final int TEXT = 32;

    private Request() {}

    /** @param deadlineNs of {@link System#nanoTime}, which on Linux is the same clock for all processes of a machine */
    static void write(Block block, long id, long deadlineNs, long workMs) {
        block.putLong(ID, id);
        block.putLong(DEADLINE_NS, deadlineNs);
        block.putLong(WORK_MS, workMs);
        block.putLong(WORKER, 0);
    }

    /** Whether a block can be one. */
    static boolean isOne(Block block) {
        return block.size() >= TEXT;
    }

    static long id(Block block) {
        return block.getLong(ID);
    }

    /** The process that answered; 0 where nobody did. */
    static long worker(Block block) {
        return block.getLong(WORKER);
    }

    static long textBytes(Block block) {
        return block.size() - TEXT;
    }

    /**
     * Answers in place: the text in capitals. After the deadline it is left as it is, and goes back without an answer.
     *
     * @param pid of the worker
     */
    static void answer(Block block, long pid) throws InterruptedException {
        long leftNs = block.getLong(DEADLINE_NS) - System.nanoTime();
        if (leftNs > 0) {
            // What takes long in a real service.
            Thread.sleep(Math.min(block.getLong(WORK_MS), TimeUnit.NANOSECONDS.toMillis(leftNs) + 1));
            for (long at = TEXT; at < block.size(); at++) {
                byte letter = block.getByte(at);
                if (letter >= 'a' && letter <= 'z') {
                    block.putByte(at, (byte) (letter - 'a' + 'A'));
                }
            }
            block.putLong(WORKER, pid);
        }
    }
}
