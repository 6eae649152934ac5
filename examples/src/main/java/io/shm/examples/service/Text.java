package io.shm.examples.service;

import io.shm.channel.RequestsOptions;
import io.shm.heap.Block;
import io.shm.ledger.Tag;

/** A text that is to be written in capitals, and the answer, which is made of it in its place: a block. */
final class Text {
    /** What gateway and workers meet at. A worker's death before it has begun gives the text to another worker. */
    static final String REQUESTS = "capitals";

    static final RequestsOptions OPTIONS = RequestsOptions.calls(64).redelivers();
    static final Tag TAG = Tag.of("text");

    private static final int WORK_MS = 0;
    private static final int WORKER = 8;
    static final int HEAD = 16;

    private Text() {}

    /** Writes all but the letters. */
    static void write(Block block, long workMs) {
        block.putLong(WORK_MS, workMs);
        block.putLong(WORKER, 0);
    }

    static long bytes(Block block) {
        return block.size() - HEAD;
    }

    static long workMs(Block block) {
        return block.getLong(WORK_MS);
    }

    /** The process that answered. */
    static long worker(Block block) {
        return block.getLong(WORKER);
    }

    /** @param pid of the process that does it */
    static void toCapitals(Block block, long pid) {
        for (long at = HEAD; at < block.size(); at++) {
            byte letter = block.getByte(at);
            if (letter >= 'a' && letter <= 'z') {
                block.putByte(at, (byte) (letter - 'a' + 'A'));
            }
        }
        block.putLong(WORKER, pid);
    }
}
