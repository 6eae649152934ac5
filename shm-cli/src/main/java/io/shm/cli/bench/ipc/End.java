package io.shm.cli.bench.ipc;

import java.nio.file.Path;

/**
 * What one end of a link is made from.
 *
 * @param region a reference to the region that the two processes share
 * @param folder of this link alone, for whatever needs a name
 * @param isFirst whether it is the end that measures; the other sends back
 * @param size bytes of each message, at least 8
 */
public record End(String region, Path folder, boolean isFirst, int size) {
    /** Bytes: the sender of a large message leaves its value in a word of each page, and the receiver looks for it. */
    public static final int PAGE = 4096;

    /** How many messages may be on their way, by the size: what lies between the ends is at most 32 MiB or so. */
    int depth() {
        return size > 1 << 20 ? 8 : 1024;
    }

    /**
     * What was looked for in the pages must be used, or the compiler leaves the looking out.
     *
     * @param differences of the words read from the message's value, together by OR
     */
    public static void checkPages(long differences) {
        if (differences != 0) {
            throw new IllegalStateException("a page of a message is not as it was sent");
        }
    }

    /** A name for one direction, the same at both ends. */
    String direction(boolean isSending) {
        return isSending == isFirst ? "there" : "back";
    }
}
