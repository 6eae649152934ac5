package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.FindingRow;
import java.util.List;

/** Broken rules as rows. */
public final class FindingShape extends Shape<FindingRow> {
    public FindingShape() {
        super(List.of(
                shown("rule", Kind.TEXT),
                shown("place", Kind.TEXT),
                shown("offset", Kind.OFFSET),
                shown("observed", Kind.OFFSET),
                shown("repair", Kind.TEXT),
                shown("evidence", Kind.TEXT),
                extra("meaning", Kind.TEXT),
                extra("state", Kind.TEXT),
                extra("bytes", Kind.BYTES),
                extra("tag", Kind.TEXT),
                extra("owner", Kind.TEXT),
                extra("site", Kind.SITE)));
    }

    @Override
    public Object value(FindingRow row, String key) {
        return switch (key) {
            case "rule" -> row.rule();
            case "place" -> row.where();
            case "offset" -> row.offset();
            case "observed" -> row.observed();
            case "repair" -> row.remedy();
            case "evidence" -> row.evidence();
            case "meaning" -> row.sentence();
            case "state" -> row.block() == null ? null : row.block().state();
            case "bytes" -> row.block() == null ? null : row.block().size();
            case "tag" -> row.block() == null ? null : row.block().tag();
            case "owner" -> row.block() == null ? null : Owners.text(row.block().owner());
            case "site" -> row.block() == null ? null : row.block().site();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(FindingRow row, String key) {
        return key.equals("rule") && !row.rule().equals("quarantine") ? Paint.BAD : Paint.PLAIN;
    }
}
