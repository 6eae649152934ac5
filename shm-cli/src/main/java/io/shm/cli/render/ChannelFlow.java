package io.shm.cli.render;

import io.shm.inspect.ChannelRow;

/**
 * A channel, and how fast messages go through it.
 *
 * @param sent messages a second; null where there was one look only
 * @param received as {@code sent}
 */
public record ChannelFlow(ChannelRow row, Double sent, Double received) {
    /** From one look; what moves is not known. */
    public static ChannelFlow still(ChannelRow row) {
        return new ChannelFlow(row, null, null);
    }

    /** From two looks. A channel that was made anew in between has begun from 0. */
    public static ChannelFlow between(ChannelRow before, ChannelRow row, double seconds) {
        return before == null || seconds <= 0
                ? still(row)
                : new ChannelFlow(
                        row,
                        Math.max(0, row.sent() - before.sent()) / seconds,
                        Math.max(0, row.received() - before.received()) / seconds);
    }
}
