package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.RegionSummary;
import java.util.List;

/** Regions as rows. */
public final class RegionShape extends Shape<RegionSummary> {
    public RegionShape() {
        super(List.of(
                shown("name", Kind.TEXT),
                shown("kind", Kind.TEXT),
                shown("size", Kind.BYTES),
                shown("max", Kind.BYTES),
                shown("mode", Kind.TEXT),
                shown("owner", Kind.TEXT),
                shown("age", Kind.AGE),
                shown("procs", Kind.COUNT),
                shown("state", Kind.TEXT),
                extra("mapped", Kind.BYTES),
                extra("path", Kind.TEXT)));
    }

    @Override
    public Object value(RegionSummary row, String key) {
        return switch (key) {
            case "name" -> row.name();
            case "kind" -> row.kind();
            case "size" -> row.size();
            case "max" -> row.maximum() > row.mapped() ? (Long) row.maximum() : null;
            case "mode" -> Numbers.mode(row.mode());
            case "owner" -> row.owner();
            case "age" -> row.createdAt();
            case "procs" -> row.attached() < 0 ? null : (Long) (long) row.attached();
            case "state" -> !row.problem().isEmpty() ? row.problem() : row.orphan() ? "orphan" : null;
            case "mapped" -> row.mapped();
            case "path" -> row.path();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(RegionSummary row, String key) {
        if (!key.equals("state")) {
            return Paint.PLAIN;
        }
        return row.problem().isEmpty() ? Paint.WARN : Paint.BAD;
    }
}
