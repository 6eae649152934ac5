package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import java.util.List;

/** Groups of leaked blocks as rows. */
public final class LeakShape extends Shape<LeakGroup> {
    private final Look look;
    private final Paint kinds;

    public LeakShape(Look look, Paint kinds) {
        super(List.of(
                shown("kind", Kind.TEXT),
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("age", Kind.FIGURE),
                shown("owner", Kind.FIGURE),
                shown("tag", Kind.TEXT),
                shown("site", Kind.SITE),
                shown("note", Kind.TEXT),
                extra("oldest", Kind.AGE),
                extra("newest", Kind.AGE),
                extra("name", Kind.TEXT),
                extra("scope", Kind.TEXT),
                extra("offset", Kind.OFFSET)));
        this.look = look;
        this.kinds = kinds;
    }

    @Override
    public Object value(LeakGroup row, String key) {
        return switch (key) {
            case "kind" -> row.kind();
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "age" -> ages(row);
            case "owner" -> Owners.text(row.owner());
            case "tag" -> row.tag();
            case "site" -> row.site();
            case "note" -> note(row);
            case "oldest" -> row.oldest();
            case "newest" -> row.newest();
            case "name" -> row.owner() == null ? null : row.owner().name();
            case "scope" -> row.scope();
            case "offset" -> row.offsets().isEmpty() ? null : row.offsets().get(0);
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    /** From the newest to the oldest: {@code 6m12s..2h01m}. */
    private String ages(LeakGroup row) {
        String newest = look.age(row.newest());
        String oldest = look.age(row.oldest());
        return newest.equals(oldest) ? oldest : newest + ".." + oldest;
    }

    private static String note(LeakGroup row) {
        if (row.scope().isEmpty()) {
            return row.note();
        }
        return "scope " + row.scope() + (row.note().isEmpty() ? "" : ", " + row.note());
    }

    @Override
    public Paint paint(LeakGroup row, String key) {
        return switch (key) {
            case "kind" -> kinds;
            case "owner" -> Owners.paint(row.owner());
            default -> Paint.PLAIN;
        };
    }
}
