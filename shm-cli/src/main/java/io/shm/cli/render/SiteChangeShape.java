package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import java.util.List;

/** Call sites that hold more or less than before, as rows. */
public final class SiteChangeShape extends Shape<SiteChange> {
    public SiteChangeShape() {
        super(List.of(
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("blocks-grown", Kind.COUNT),
                shown("grown", Kind.BYTES),
                shown("per-second", Kind.FIGURE),
                shown("site", Kind.SITE),
                extra("blocks-before", Kind.COUNT),
                extra("bytes-before", Kind.BYTES)));
    }

    @Override
    public Object value(SiteChange row, String key) {
        return switch (key) {
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "blocks-grown" -> row.blocksGrown();
            case "grown" -> row.grown();
            case "per-second" -> row.bytesPerSecond() > 0 ? Numbers.tenths(row.bytesPerSecond()) : null;
            case "site" -> row.site();
            case "blocks-before" -> row.blocksBefore();
            case "bytes-before" -> row.bytesBefore();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(SiteChange row, String key) {
        return key.equals("grown") && row.grown() > 0 ? Paint.WARN : Paint.PLAIN;
    }
}
