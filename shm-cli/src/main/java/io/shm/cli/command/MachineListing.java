package io.shm.cli.command;

import io.shm.cli.machine.SharedMap;
import io.shm.cli.machine.SharedMaps;
import io.shm.cli.machine.SystemSegment;
import io.shm.cli.render.Column;
import io.shm.cli.render.Column.Kind;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What {@code ls --system} adds: shared memory of other programs. */
record MachineListing(List<SystemSegment> segments, List<SharedMap> maps, int hidden) {
    private static final Path PROC = Path.of("/proc");

    /** Maps have users by their nature, so among the orphans there are none. */
    static MachineListing read(boolean orphans) throws IOException {
        List<SystemSegment> segments = SystemSegment.all(PROC);
        if (orphans) {
            return new MachineListing(
                    segments.stream().filter(SystemSegment::isOrphan).toList(), List.of(), 0);
        }
        SharedMaps maps = SharedMaps.all(PROC);
        return new MachineListing(segments, maps.maps(), maps.hidden());
    }

    void print(Session session) throws IOException {
        print(session, "System V segments", segments, new SegmentShape());
        print(session, "shared maps", maps, new MapShape());
        if (hidden > 0) {
            session.remark(Numbers.counted(hidden, "process") + " of other users not looked into");
        }
    }

    private static <T> void print(Session session, String title, List<T> rows, Shape<T> shape) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        session.line("");
        session.line(title);
        Table<T> table = new Table<>(session.out(), session.look(), shape);
        for (T row : rows) {
            table.add(row);
        }
        table.finish();
    }

    void write(Json json) throws IOException {
        json.key("segments").array();
        for (SystemSegment segment : segments) {
            json.object()
                    .field("key", segment.key())
                    .field("id", segment.id())
                    .field("size", segment.size())
                    .field("mode", Numbers.mode(segment.mode()))
                    .field("uid", segment.uid())
                    .field("attached", segment.attached())
                    .field("creator", segment.creator())
                    .field("last", segment.last())
                    .field("changed", segment.changedAt())
                    .field("orphan", segment.isOrphan())
                    .endObject();
        }
        json.endArray().key("maps").array();
        for (SharedMap map : maps) {
            json.object().field("name", map.name()).field("bytes", map.bytes());
            json.key("pids").array();
            for (int pid : map.pids()) {
                json.value(pid);
            }
            json.endArray().endObject();
        }
        json.endArray().field("hidden", hidden);
    }

    private static final class SegmentShape extends Shape<SystemSegment> {
        SegmentShape() {
            super(List.of(
                    Column.shown("key", Kind.OFFSET),
                    Column.shown("id", Kind.NUMBER),
                    Column.shown("size", Kind.BYTES),
                    Column.shown("mode", Kind.TEXT),
                    Column.shown("uid", Kind.NUMBER),
                    Column.shown("attached", Kind.COUNT),
                    Column.shown("creator", Kind.NUMBER),
                    Column.shown("last", Kind.NUMBER),
                    Column.shown("age", Kind.AGE),
                    Column.shown("state", Kind.TEXT)));
        }

        @Override
        public Object value(SystemSegment row, String key) {
            return switch (key) {
                case "key" -> row.key();
                case "id" -> (long) row.id();
                case "size" -> row.size();
                case "mode" -> Numbers.mode(row.mode());
                case "uid" -> (long) row.uid();
                case "attached" -> (long) row.attached();
                case "creator" -> (long) row.creator();
                case "last" -> (long) row.last();
                case "age" -> row.changedAt();
                default -> row.isOrphan() ? "orphan" : null;
            };
        }

        @Override
        public Paint paint(SystemSegment row, String key) {
            return key.equals("state") ? Paint.WARN : Paint.PLAIN;
        }
    }

    private static final class MapShape extends Shape<SharedMap> {
        private static final int PIDS_SHOWN = 5;

        MapShape() {
            super(List.of(
                    Column.shown("bytes", Kind.BYTES),
                    Column.shown("procs", Kind.COUNT),
                    Column.shown("name", Kind.TEXT),
                    Column.shown("pids", Kind.TEXT)));
        }

        @Override
        public Object value(SharedMap row, String key) {
            return switch (key) {
                case "bytes" -> row.bytes();
                case "procs" -> (long) row.pids().size();
                case "name" -> row.name();
                default -> pids(row);
            };
        }

        private static String pids(SharedMap row) {
            StringBuilder pids = new StringBuilder();
            int shown = 0;
            for (int pid : row.pids()) {
                if (shown++ == PIDS_SHOWN) {
                    return pids.append(" …").toString();
                }
                pids.append(pids.length() == 0 ? "" : " ").append(pid);
            }
            return pids.toString();
        }
    }
}
