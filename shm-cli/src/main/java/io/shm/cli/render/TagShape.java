package io.shm.cli.render;

import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.TagRow;
import java.util.List;

/** Tags as rows. */
public final class TagShape extends Shape<TagRow> {
    public TagShape() {
        super(List.of(
                shown("tag", Kind.TEXT),
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("peak-blocks", Kind.COUNT),
                shown("peak", Kind.BYTES),
                shown("budget", Kind.BYTES),
                shown("refused", Kind.COUNT)));
    }

    @Override
    public Object value(TagRow row, String key) {
        return switch (key) {
            case "tag" -> row.name().isEmpty() ? "(general)" : row.name();
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "budget" -> row.budget() == 0 ? null : (Long) row.budget();
            case "refused" -> row.refused();
            default -> TotalsValues.of(row.totals(), key);
        };
    }

    @Override
    public Paint paint(TagRow row, String key) {
        return key.equals("refused") && row.refused() > 0 ? Paint.WARN : Paint.PLAIN;
    }
}
