package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.ChannelRow;
import io.shm.inspect.ProcessInfo;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Channels as rows. */
public final class ChannelShape extends Shape<ChannelRow> {
    public ChannelShape() {
        super(List.of(
                shown("channel", Kind.TEXT),
                shown("capacity", Kind.COUNT),
                shown("depth", Kind.COUNT),
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("oldest", Kind.AGE),
                shown("sent", Kind.COUNT),
                shown("received", Kind.COUNT),
                shown("again", Kind.COUNT),
                shown("lost", Kind.COUNT),
                shown("waits", Kind.TEXT),
                extra("busy", Kind.COUNT),
                extra("redelivers", Kind.TEXT),
                extra("offset", Kind.OFFSET)));
    }

    @Override
    public Object value(ChannelRow row, String key) {
        return switch (key) {
            case "channel" -> row.name();
            case "capacity" -> (long) row.capacity();
            case "depth" -> row.depth();
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "oldest" -> row.oldest();
            case "sent" -> row.sent();
            case "received" -> row.received();
            case "again" -> row.unfinished();
            case "lost" -> row.lost();
            case "waits" ->
                Stream.of(waiter("receiver", row.receiverWaits()), waiter("sender", row.senderWaits()))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(", "));
            case "busy" -> row.busy();
            case "redelivers" -> row.redelivers() ? "yes" : "no";
            case "offset" -> row.offset();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    private static String waiter(String role, ProcessInfo process) {
        return process == null ? "" : role + " " + Owners.text(process);
    }

    @Override
    public Paint paint(ChannelRow row, String key) {
        return switch (key) {
            case "depth" -> row.depth() == row.capacity() ? Paint.WARN : Paint.PLAIN;
            case "lost" -> row.lost() > 0 ? Paint.WARN : Paint.PLAIN;
            default -> Paint.PLAIN;
        };
    }
}
