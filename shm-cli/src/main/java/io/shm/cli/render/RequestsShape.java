package io.shm.cli.render;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.RequestsRow;
import java.util.List;
import java.util.stream.Collectors;

/** Tables of requests as rows; in a terminal that is not wide, with the columns that tell most. */
public final class RequestsShape extends Shape<RequestsFlow> {
    private static final int WIDE = 120;

    /** @param columns of the terminal; the largest number for a line of any length */
    public RequestsShape(int columns) {
        this(columns >= WIDE, true);
    }

    private RequestsShape(boolean isWide, boolean hasRates) {
        super(List.of(
                new Column("requests", Kind.TEXT, true),
                new Column("capacity", Kind.COUNT, isWide || !hasRates),
                new Column("asked", Kind.COUNT, true),
                new Column("taken", Kind.COUNT, true),
                new Column("answered", Kind.COUNT, isWide),
                new Column("abandoned", Kind.COUNT, isWide),
                new Column("oldest", Kind.AGE, true),
                new Column("ended", Kind.COUNT, isWide || !hasRates),
                new Column("ended/s", Kind.FIGURE, hasRates),
                new Column("died", Kind.COUNT, true),
                new Column("given-up", Kind.COUNT, true),
                new Column("servers", Kind.TEXT, true),
                new Column("redelivers", Kind.TEXT, false),
                new Column("waits", Kind.TEXT, false),
                new Column("offset", Kind.OFFSET, false)));
    }

    /** For rows of one look, without rates. */
    public static RequestsShape still() {
        return new RequestsShape(false, false);
    }

    @Override
    public Object value(RequestsFlow flow, String key) {
        RequestsRow row = flow.row();
        return switch (key) {
            case "requests" -> row.name();
            case "capacity" -> (long) row.capacity();
            case "asked" -> row.asked();
            case "taken" -> row.taken();
            case "answered" -> row.answered();
            case "abandoned" -> row.abandoned();
            case "oldest" -> row.oldest();
            case "ended" -> row.ended();
            case "ended/s" -> flow.ended() == null ? null : Numbers.grouped(Math.round(flow.ended()));
            case "died" -> row.died();
            case "given-up" -> row.givenUp();
            case "servers" -> row.servers().stream().map(Owners::text).collect(Collectors.joining(" "));
            case "redelivers" -> row.redelivers() ? "yes" : "no";
            case "waits" -> ChannelShape.waiters("server", row.serverWaits(), "requester", row.requesterWaits());
            case "offset" -> row.offset();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(RequestsFlow flow, String key) {
        return switch (key) {
            case "asked" -> flow.row().asked() > 0 && isUnserved(flow.row()) ? Paint.WARN : Paint.PLAIN;
            case "died" -> flow.row().died() > 0 ? Paint.WARN : Paint.PLAIN;
            default -> Paint.PLAIN;
        };
    }

    private static boolean isUnserved(RequestsRow row) {
        return row.servers().stream().noneMatch(server -> server.state() == ProcessInfo.Liveness.ALIVE);
    }
}
