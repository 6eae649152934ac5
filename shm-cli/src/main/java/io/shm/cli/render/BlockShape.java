package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.BlockRow;
import java.util.List;
import java.util.stream.Collectors;

/** Blocks as rows. */
public final class BlockShape extends Shape<BlockRow> {
    public BlockShape() {
        super(List.of(
                shown("offset", Kind.OFFSET),
                shown("state", Kind.TEXT),
                shown("bytes", Kind.BYTES),
                shown("age", Kind.AGE),
                shown("owner", Kind.TEXT),
                shown("tag", Kind.TEXT),
                shown("site", Kind.SITE),
                extra("place", Kind.BYTES),
                extra("slack", Kind.BYTES),
                extra("align", Kind.NUMBER),
                extra("handle", Kind.OFFSET),
                extra("generation", Kind.NUMBER),
                extra("slab", Kind.NUMBER),
                extra("index", Kind.NUMBER),
                extra("thread", Kind.NUMBER),
                extra("allocated-by", Kind.TEXT),
                extra("name", Kind.TEXT),
                extra("change", Kind.TEXT),
                extra("changed", Kind.AGE),
                extra("changed-by", Kind.TEXT),
                extra("changed-at", Kind.SITE),
                extra("held-in", Kind.TEXT),
                extra("holders", Kind.TEXT),
                extra("moved", Kind.TEXT)));
    }

    @Override
    public Object value(BlockRow block, String key) {
        return switch (key) {
            case "offset" -> block.offset();
            case "state" -> block.state();
            case "bytes" -> block.size();
            case "age" -> block.since();
            case "owner" -> isCells(block) ? "-" : Owners.text(block.owner());
            case "tag" -> block.tag();
            case "site" -> block.site();
            case "place" -> block.realSize();
            case "slack" -> block.realSize() - block.size();
            case "align" -> (long) block.alignment();
            case "handle" -> block.handle();
            case "generation" -> block.generation();
            case "slab" -> (long) block.slab();
            case "index" -> (long) block.index();
            case "thread" -> block.thread();
            case "allocated-by" -> Owners.text(block.allocatedBy());
            case "name" -> block.owner() == null ? null : block.owner().name();
            case "change" -> block.change();
            case "changed" -> block.changed();
            case "changed-by" -> Owners.text(block.changedBy());
            case "changed-at" -> block.changed() == null ? null : block.changedAt();
            case "held-in" -> block.heldIn();
            case "holders" -> block.holders().stream().map(Owners::text).collect(Collectors.joining(" "));
            case "moved" -> block.moved() ? "moved" : null;
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    /** Its cell has it, or its holders: no process by itself. */
    private static boolean isCells(BlockRow block) {
        return block.owner() == null
                && (block.state().equals("held") || block.state().equals("shared"));
    }

    @Override
    public Paint paint(BlockRow block, String key) {
        return switch (key) {
            case "state" ->
                block.state().equals("orphan") || block.state().equals("quarantine") ? Paint.WARN : Paint.PLAIN;
            case "owner" -> isCells(block) ? Paint.PLAIN : Owners.paint(block.owner());
            default -> Paint.PLAIN;
        };
    }
}
