package io.shm.cli.render;

import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import java.util.List;

/** Lines of code in a live view; in a narrow terminal those columns that tell most. */
public final class TopSiteShape extends Shape<TopSite> {
    private static final int NARROW = 60;
    private static final int WIDE = 80;

    public TopSiteShape(int columns) {
        super(columns < NARROW ? narrow() : columns < WIDE ? usual() : wide());
    }

    private static List<Column> narrow() {
        return List.of(shown("bytes", Kind.BYTES), shown("alloc/s", Kind.FIGURE), shown("site", Kind.SITE));
    }

    private static List<Column> usual() {
        return List.of(
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("grown", Kind.FIGURE),
                shown("alloc/s", Kind.FIGURE),
                shown("site", Kind.SITE));
    }

    private static List<Column> wide() {
        return List.of(
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("change", Kind.FIGURE),
                shown("grown", Kind.FIGURE),
                shown("alloc/s", Kind.FIGURE),
                shown("free/s", Kind.FIGURE),
                shown("site", Kind.SITE));
    }

    @Override
    public Object value(TopSite row, String key) {
        return switch (key) {
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "change" -> signed(row.change());
            case "grown" -> signed(row.grown());
            case "alloc/s" -> Numbers.grouped(Math.round(row.allocations()));
            case "free/s" -> Numbers.grouped(Math.round(row.frees()));
            case "site" -> row.site();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(TopSite row, String key) {
        return switch (key) {
            case "change", "grown" -> (key.equals("grown") ? row.grown() : row.change()) > 0 ? Paint.WARN : Paint.PLAIN;
            default -> Paint.PLAIN;
        };
    }

    static String signed(long bytes) {
        return bytes == 0 ? "" : (bytes > 0 ? "+" : "-") + Numbers.size(Math.abs(bytes));
    }
}
