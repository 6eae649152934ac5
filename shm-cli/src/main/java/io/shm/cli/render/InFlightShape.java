package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import java.util.List;

/** Blocks in channels as rows. */
public final class InFlightShape extends Shape<InFlight> {
    public InFlightShape() {
        super(List.of(
                shown("channel", Kind.TEXT),
                shown("offset", Kind.OFFSET),
                shown("bytes", Kind.BYTES),
                shown("waits", Kind.AGE),
                shown("sender", Kind.TEXT),
                shown("tag", Kind.TEXT),
                shown("site", Kind.SITE),
                extra("age", Kind.AGE),
                extra("state", Kind.TEXT),
                extra("handle", Kind.OFFSET)));
    }

    @Override
    public Object value(InFlight row, String key) {
        return switch (key) {
            case "channel" -> row.channel();
            case "offset" -> row.block().offset();
            case "bytes" -> row.block().size();
            case "waits" -> row.block().changed();
            case "sender" -> Owners.text(row.block().changedBy());
            case "tag" -> row.block().tag();
            case "site" -> row.block().site();
            case "age" -> row.block().since();
            case "state" -> row.block().state();
            case "handle" -> row.block().handle();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(InFlight row, String key) {
        return key.equals("sender") && row.block().changedBy() != null
                ? Owners.paint(row.block().changedBy())
                : Paint.PLAIN;
    }
}
