package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.PoolRow;
import java.util.List;

/** Pools as rows. */
public final class PoolShape extends Shape<PoolRow> {
    public PoolShape() {
        super(List.of(
                shown("tag", Kind.TEXT),
                shown("size", Kind.BYTES),
                shown("capacity", Kind.COUNT),
                shown("live", Kind.COUNT),
                shown("free", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("slack", Kind.BYTES),
                shown("peak", Kind.COUNT),
                shown("refused", Kind.COUNT),
                shown("when-empty", Kind.TEXT),
                extra("pool", Kind.NUMBER)));
    }

    @Override
    public Object value(PoolRow row, String key) {
        return switch (key) {
            case "tag" -> row.tag().isEmpty() ? "(any)" : row.tag();
            case "size" -> row.blockSize();
            case "capacity" -> row.capacity();
            case "live" -> row.live();
            case "free" -> row.free();
            case "bytes" -> row.bytes();
            case "slack" -> row.slack();
            case "peak" -> row.peak();
            case "refused" -> row.refused();
            case "when-empty" -> row.whenEmpty();
            case "pool" -> (long) row.pool();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(PoolRow row, String key) {
        return switch (key) {
            case "free" -> row.free() == 0 ? Paint.WARN : Paint.PLAIN;
            case "refused" -> row.refused() > 0 ? Paint.WARN : Paint.PLAIN;
            default -> Paint.PLAIN;
        };
    }
}
