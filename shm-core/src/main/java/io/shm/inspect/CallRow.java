package io.shm.inspect;

import java.time.Instant;

/**
 * A call that is under way.
 *
 * @param requests name of the table
 * @param index in the table
 * @param state in words: asked, taken, replied, failed, died or abandoned
 * @param again whether a server had it before, and died
 * @param requester who asked; null if it has gone
 * @param server who has it; null if nobody does
 * @param since when it was asked; null if that is unknown
 * @param deadline when its time is over
 * @param block offset of the block that lies in it, 0 for none: it has none, or the server has taken it out
 * @param size bytes of what lies in it: the request's, or the reply's where there is one
 */
public record CallRow(
        String requests,
        int index,
        String state,
        boolean again,
        ProcessInfo requester,
        ProcessInfo server,
        Instant since,
        Instant deadline,
        long block,
        long size) {}
