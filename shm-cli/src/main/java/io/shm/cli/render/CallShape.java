package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.CallRow;
import java.util.List;

/** Calls as rows. */
public final class CallShape extends Shape<CallRow> {
    public CallShape() {
        super(List.of(
                shown("requests", Kind.TEXT),
                shown("call", Kind.NUMBER),
                shown("state", Kind.TEXT),
                shown("waits", Kind.AGE),
                shown("requester", Kind.TEXT),
                shown("server", Kind.TEXT),
                shown("bytes", Kind.BYTES),
                shown("offset", Kind.OFFSET),
                extra("again", Kind.TEXT)));
    }

    @Override
    public Object value(CallRow row, String key) {
        return switch (key) {
            case "requests" -> row.requests();
            case "call" -> (long) row.index();
            case "state" -> row.state();
            case "waits" -> row.since();
            case "requester" -> Owners.text(row.requester());
            case "server" -> Owners.text(row.server());
            case "bytes" -> row.size();
            case "offset" -> row.block() == 0 ? null : row.block();
            case "again" -> row.again() ? "yes" : "no";
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }
}
