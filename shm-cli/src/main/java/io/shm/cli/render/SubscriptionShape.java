package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.SubscriptionRow;
import java.util.List;

/** Subscriptions to broadcasts as rows. */
public final class SubscriptionShape extends Shape<SubscriptionRow> {
    public SubscriptionShape() {
        super(List.of(
                shown("broadcast", Kind.TEXT),
                shown("capacity", Kind.COUNT),
                shown("sent", Kind.COUNT),
                shown("subscriber", Kind.TEXT),
                shown("lag", Kind.COUNT),
                shown("missed", Kind.COUNT),
                shown("state", Kind.TEXT),
                extra("detaches", Kind.TEXT),
                extra("offset", Kind.OFFSET)));
    }

    @Override
    public Object value(SubscriptionRow row, String key) {
        boolean isOne = row.process() != null;
        return switch (key) {
            case "broadcast" -> row.broadcast();
            case "capacity" -> (long) row.capacity();
            case "sent" -> row.sent();
            case "subscriber" -> isOne ? Owners.text(row.process()) : "";
            case "lag" -> isOne ? row.lag() : null;
            case "missed" -> isOne ? row.missed() : null;
            case "state" -> !isOne ? "" : row.detached() ? "detached" : "active";
            case "detaches" -> row.detaches() ? "yes" : "no";
            case "offset" -> row.offset();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(SubscriptionRow row, String key) {
        return switch (key) {
            case "lag" -> row.lag() == row.capacity() ? Paint.WARN : Paint.PLAIN;
            case "missed" -> row.missed() > 0 ? Paint.WARN : Paint.PLAIN;
            case "state" -> row.detached() ? Paint.WARN : Paint.PLAIN;
            default -> Paint.PLAIN;
        };
    }
}
