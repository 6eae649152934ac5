package io.shm.cli.render;

import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import java.util.List;

/** The legend of a map. */
public final class MapGroupShape extends Shape<MapGroup> {
    private final long mapped;

    /** @param columns of the terminal: a narrow one has less of a legend */
    public MapGroupShape(long mapped, int columns) {
        super(
                columns,
                List.of(
                        shown("sign", Kind.TEXT),
                        shown("what", Kind.TEXT),
                        shown("bytes", Kind.BYTES),
                        shown("in-use", Kind.FIGURE)),
                List.of(
                        shown("sign", Kind.TEXT),
                        shown("what", Kind.TEXT),
                        shown("bytes", Kind.BYTES),
                        shown("share", Kind.FIGURE),
                        shown("slabs", Kind.COUNT),
                        shown("blocks", Kind.COUNT),
                        shown("room-for", Kind.COUNT),
                        shown("in-use", Kind.FIGURE)));
        this.mapped = mapped;
    }

    @Override
    public Object value(MapGroup row, String key) {
        boolean hasBlocks = row.hasBlocks();
        return switch (key) {
            case "sign" -> row.signs();
            case "what" -> row.name();
            case "bytes" -> row.bytes() == 0 ? null : (Long) row.bytes();
            case "share" -> row.bytes() == 0 ? "" : Numbers.percent(row.bytes(), mapped);
            case "slabs" -> row.slabs() == 0 ? null : (Long) row.slabs();
            case "blocks" -> hasBlocks ? (Long) row.blocks() : null;
            case "room-for" -> hasBlocks ? (Long) row.capacity() : null;
            case "in-use" -> hasBlocks ? Numbers.percent(row.blocks(), row.capacity()) : "";
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    @Override
    public Paint paint(MapGroup row, String key) {
        return key.equals("sign") ? row.paint() : Paint.PLAIN;
    }
}
