package io.shm.cli.machine;

import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.Shape;
import io.shm.segment.SegmentInfo;
import io.shm.segment.SharedMap;
import io.shm.segment.ShmidDs;
import java.util.List;
import java.util.Locale;

/** Shared memory of the machine as rows. */
final class MachineShapes {
    private MachineShapes() {}

    static final class Nameless extends Shape<SegmentInfo> {
        Nameless() {
            super(List.of(
                    shown("reference", Kind.TEXT),
                    shown("kind", Kind.TEXT),
                    shown("size", Kind.BYTES),
                    shown("mode", Kind.TEXT),
                    shown("uid", Kind.NUMBER),
                    shown("age", Kind.AGE),
                    shown("procs", Kind.COUNT)));
        }

        @Override
        public Object value(SegmentInfo row, String key) {
            return switch (key) {
                case "reference" -> row.reference();
                case "kind" -> kind(row);
                case "size" -> row.size();
                case "mode" -> Numbers.mode(row.mode());
                case "uid" -> (long) row.uid();
                case "age" -> row.createdAt();
                case "procs" -> row.attachCount() < 0 ? null : (Long) (long) row.attachCount();
                default -> throw new IllegalArgumentException("no column " + key);
            };
        }
    }

    /** In lower case; null where it is not known. */
    static String kind(SegmentInfo segment) {
        return segment.kind() == null ? null : segment.kind().name().toLowerCase(Locale.ROOT);
    }

    static final class SystemV extends Shape<ShmidDs> {
        SystemV() {
            super(List.of(
                    shown("key", Kind.OFFSET),
                    shown("id", Kind.NUMBER),
                    shown("size", Kind.BYTES),
                    shown("mode", Kind.TEXT),
                    shown("uid", Kind.NUMBER),
                    shown("attached", Kind.COUNT),
                    shown("creator", Kind.NUMBER),
                    shown("last", Kind.NUMBER),
                    shown("age", Kind.AGE),
                    shown("state", Kind.TEXT)));
        }

        @Override
        public Object value(ShmidDs row, String key) {
            return switch (key) {
                case "key" -> Integer.toUnsignedLong(row.key());
                case "id" -> (long) row.id();
                case "size" -> row.size();
                case "mode" -> Numbers.mode(row.mode());
                case "uid" -> Integer.toUnsignedLong(row.uid());
                case "attached" -> (long) row.nattch();
                case "creator" -> (long) row.cpid();
                case "last" -> (long) row.lpid();
                case "age" -> row.ctime();
                case "state" -> row.nattch() == 0 ? "orphan" : row.removed() ? "removed" : null;
                default -> throw new IllegalArgumentException("no column " + key);
            };
        }

        @Override
        public Paint paint(ShmidDs row, String key) {
            return key.equals("state") ? Paint.WARN : Paint.PLAIN;
        }
    }

    static final class Maps extends Shape<SharedMap> {
        private static final int PIDS_SHOWN = 5;

        Maps() {
            super(List.of(
                    shown("bytes", Kind.BYTES),
                    shown("procs", Kind.COUNT),
                    shown("name", Kind.TEXT),
                    shown("pids", Kind.TEXT)));
        }

        @Override
        public Object value(SharedMap row, String key) {
            return switch (key) {
                case "bytes" -> row.bytes();
                case "procs" -> (long) row.pids().size();
                case "name" -> row.path();
                case "pids" -> pids(row);
                default -> throw new IllegalArgumentException("no column " + key);
            };
        }

        private static String pids(SharedMap row) {
            StringBuilder pids = new StringBuilder();
            for (int i = 0; i < Math.min(PIDS_SHOWN, row.pids().size()); i++) {
                pids.append(i == 0 ? "" : " ").append(row.pids().get(i));
            }
            return pids.append(row.pids().size() > PIDS_SHOWN ? " …" : "").toString();
        }
    }
}
