package io.shm.cli.render;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.ChannelRow;
import io.shm.inspect.ProcessInfo;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Channels as rows; in a terminal that is not wide, with the columns that tell most. */
public final class ChannelShape extends Shape<ChannelFlow> {
    private static final int WIDE = 120;

    /** @param columns of the terminal; the largest number for a line of any length */
    public ChannelShape(int columns) {
        this(columns >= WIDE, true);
    }

    private ChannelShape(boolean isWide, boolean hasRates) {
        super(List.of(
                new Column("channel", Kind.TEXT, true),
                new Column("capacity", Kind.COUNT, isWide || !hasRates),
                new Column("depth", Kind.COUNT, true),
                new Column("blocks", Kind.COUNT, isWide),
                new Column("bytes", Kind.BYTES, true),
                new Column("oldest", Kind.AGE, true),
                new Column("sent", Kind.COUNT, isWide || !hasRates),
                new Column("received", Kind.COUNT, isWide),
                new Column("sent/s", Kind.FIGURE, hasRates),
                new Column("received/s", Kind.FIGURE, hasRates),
                new Column("again", Kind.COUNT, isWide),
                new Column("lost", Kind.COUNT, true),
                new Column("waits", Kind.TEXT, true),
                new Column("busy", Kind.COUNT, false),
                new Column("redelivers", Kind.TEXT, false),
                new Column("roles", Kind.TEXT, false),
                new Column("offset", Kind.OFFSET, false)));
    }

    /** For rows of one look, without rates. */
    public static ChannelShape still() {
        return new ChannelShape(false, false);
    }

    @Override
    public Object value(ChannelFlow flow, String key) {
        ChannelRow row = flow.row();
        return switch (key) {
            case "channel" -> row.name();
            case "capacity" -> (long) row.capacity();
            case "depth" -> row.depth();
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "oldest" -> row.oldest();
            case "sent" -> row.sent();
            case "received" -> row.received();
            case "sent/s" -> perSecond(flow.sent());
            case "received/s" -> perSecond(flow.received());
            case "again" -> row.unfinished();
            case "lost" -> row.lost();
            case "waits" -> waiters("receiver", row.receiverWaits(), "sender", row.senderWaits());
            case "busy" -> row.busy();
            case "redelivers" -> row.redelivers() ? "yes" : "no";
            case "roles" -> roles(row);
            case "offset" -> row.offset();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    /** Who sends and who receives where that is one thread at a time; empty where any number may. */
    private static String roles(ChannelRow row) {
        return Stream.of(
                        role(row.oneSender(), "sender", row.sender()),
                        role(row.oneReceiver(), "receiver", row.receiver()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String role(boolean isForOne, String role, ProcessInfo process) {
        return isForOne ? role + " " + (process == null ? "nobody" : Owners.text(process)) : "";
    }

    private static String perSecond(Double rate) {
        return rate == null ? null : Numbers.grouped(Math.round(rate));
    }

    /** Those two that may be waiting for each other, by their roles; empty for nobody. */
    static String waiters(String role, ProcessInfo process, String otherRole, ProcessInfo other) {
        return Stream.of(waiter(role, process), waiter(otherRole, other))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String waiter(String role, ProcessInfo process) {
        return process == null ? "" : role + " " + Owners.text(process);
    }

    @Override
    public Paint paint(ChannelFlow flow, String key) {
        return switch (key) {
            case "depth" -> flow.row().depth() == flow.row().capacity() ? Paint.WARN : Paint.PLAIN;
            case "lost" -> flow.row().lost() > 0 ? Paint.WARN : Paint.PLAIN;
            default -> Paint.PLAIN;
        };
    }
}
