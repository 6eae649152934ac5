package io.shm.inspect;

import io.shm.layout.ChannelLayout;
import java.time.Instant;

/**
 * A channel at one moment; what moves meanwhile may be counted or not.
 *
 * @param name of its root; empty if it is in none
 * @param offset of its block, bytes
 * @param capacity slots
 * @param redelivers whether what a dead receiver had not finished is delivered again
 * @param oneSender whether one thread at a time sends
 * @param sender whose thread that is; null for nobody
 * @param oneReceiver whether one thread at a time receives
 * @param receiver whose thread that is; null for nobody
 * @param depth messages that wait
 * @param blocks those of them that are blocks
 * @param bytes of these blocks
 * @param oldest since when the block waits that waits longest; null if there is none, or that is unknown
 * @param unfinished what waits to be delivered again
 * @param busy slots that somebody writes or reads at this moment
 * @param sent positions of the channel that were ever filled, those that were passed over included
 * @param received positions that are over
 * @param lost small messages that died with their receivers
 * @param receiverWaits one that sleeps until there is a message, or did last and died; null if nobody does
 * @param senderWaits the same, until there is room
 */
public record ChannelRow(
        String name,
        long offset,
        int capacity,
        boolean redelivers,
        boolean oneSender,
        ProcessInfo sender,
        boolean oneReceiver,
        ProcessInfo receiver,
        long depth,
        long blocks,
        long bytes,
        Instant oldest,
        long unfinished,
        long busy,
        long sent,
        long received,
        long lost,
        ProcessInfo receiverWaits,
        ProcessInfo senderWaits) {
    /** Whether a block lies in it, to be received. */
    public boolean has(BlockRow block) {
        return block.cell() >= offset && block.cell() < offset + ChannelLayout.bytesFor(capacity);
    }
}
