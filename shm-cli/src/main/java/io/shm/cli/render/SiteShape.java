package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.SiteRow;
import java.util.List;

/** Call sites as rows. */
public final class SiteShape extends Shape<SiteRow> {
    public SiteShape() {
        super(List.of(
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("allocated", Kind.COUNT),
                shown("freed", Kind.COUNT),
                shown("peak", Kind.BYTES),
                shown("first", Kind.AGE),
                shown("last", Kind.AGE),
                shown("site", Kind.SITE),
                extra("peak-blocks", Kind.COUNT),
                extra("bytes-allocated", Kind.BYTES),
                extra("bytes-freed", Kind.BYTES),
                extra("id", Kind.NUMBER)));
    }

    @Override
    public Object value(SiteRow row, String key) {
        return switch (key) {
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "site" -> row.site();
            case "id" -> (long) row.id();
            default -> TotalsValues.of(row.totals(), key);
        };
    }
}
