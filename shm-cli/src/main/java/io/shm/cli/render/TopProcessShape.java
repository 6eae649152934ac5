package io.shm.cli.render;

import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import java.util.List;

/** Processes in a live view. */
public final class TopProcessShape extends Shape<TopProcess> {
    public TopProcessShape(int columns) {
        super(
                columns,
                List.of(
                        shown("pid", Kind.NUMBER),
                        shown("state", Kind.TEXT),
                        shown("bytes", Kind.BYTES),
                        shown("name", Kind.TEXT)),
                List.of(
                        shown("pid", Kind.NUMBER),
                        shown("state", Kind.TEXT),
                        shown("blocks", Kind.COUNT),
                        shown("bytes", Kind.BYTES),
                        shown("grown", Kind.FIGURE),
                        shown("alloc/s", Kind.FIGURE),
                        shown("free/s", Kind.FIGURE),
                        shown("name", Kind.TEXT)));
    }

    @Override
    public Object value(TopProcess row, String key) {
        return switch (key) {
            case "pid" -> (long) row.process().pid();
            case "state" -> Owners.state(row.process().state());
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "grown" -> TopSiteShape.signed(row.grown());
            case "alloc/s" -> Numbers.grouped(Math.round(row.allocations()));
            case "free/s" -> Numbers.grouped(Math.round(row.frees()));
            case "name" -> row.process().name();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(TopProcess row, String key) {
        return key.equals("state") ? Owners.paint(row.process()) : Paint.PLAIN;
    }
}
