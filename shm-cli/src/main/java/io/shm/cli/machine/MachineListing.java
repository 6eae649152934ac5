package io.shm.cli.machine;

import io.shm.cli.render.Json;
import io.shm.cli.render.Look;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import io.shm.segment.MachineSegments;
import io.shm.segment.SegmentInfo;
import io.shm.segment.SharedMap;
import io.shm.segment.ShmidDs;
import java.io.IOException;
import java.util.List;

/**
 * What {@code ls --system} adds: segments without a name, and shared memory of other programs.
 *
 * @param segments System V segments of the kernel, which are none of ours
 */
public record MachineListing(List<SegmentInfo> nameless, List<ShmidDs> segments, List<SharedMap> maps) {
    /** Memory without a name has users by its nature, as maps have, so among the orphans there are none. */
    public static MachineListing read(boolean orphans) {
        List<ShmidDs> segments = MachineSegments.systemV();
        if (orphans) {
            return new MachineListing(
                    List.of(),
                    segments.stream().filter(segment -> segment.nattch() == 0).toList(),
                    List.of());
        }
        return new MachineListing(
                MachineSegments.nameless(),
                segments,
                MachineSegments.sharedMaps().stream()
                        .filter(map -> !isToldElsewhere(map.path()))
                        .toList());
    }

    /** System V memory has a table of its own, and a lock file is a part of its region. */
    private static boolean isToldElsewhere(String path) {
        return path.startsWith("/SYSV") || (path.startsWith("/dev/shm/.") && path.endsWith(".lock"));
    }

    public void print(Appendable out, Look look) throws IOException {
        print(out, look, "without a name", nameless, new MachineShapes.Nameless());
        print(out, look, "System V segments", segments, new MachineShapes.SystemV());
        print(out, look, "shared maps", maps, new MachineShapes.Maps());
    }

    private static <T> void print(Appendable out, Look look, String title, List<T> rows, Shape<T> shape)
            throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        out.append('\n').append(title).append('\n');
        Table<T> table = new Table<>(out, look, shape);
        for (T row : rows) {
            table.add(row);
        }
        table.finish();
    }

    /** Adds its parts to the object that is being written. */
    public void write(Json json) throws IOException {
        json.key("nameless").array();
        for (SegmentInfo segment : nameless) {
            json.object()
                    .field("reference", segment.reference())
                    .field("kind", MachineShapes.kind(segment))
                    .field("size", segment.size())
                    .field("mapped", segment.mapped())
                    .field("mode", Numbers.mode(segment.mode()))
                    .field("uid", segment.uid())
                    .field("attached", segment.attachCount())
                    .field("creator", segment.creatorPid())
                    .field("created", segment.createdAt())
                    .endObject();
        }
        json.endArray().key("segments").array();
        for (ShmidDs segment : segments) {
            json.object()
                    .field("key", Integer.toUnsignedLong(segment.key()))
                    .field("id", segment.id())
                    .field("size", segment.size())
                    .field("mode", Numbers.mode(segment.mode()))
                    .field("uid", Integer.toUnsignedLong(segment.uid()))
                    .field("attached", segment.nattch())
                    .field("creator", segment.cpid())
                    .field("last", segment.lpid())
                    .field("changed", segment.ctime())
                    .field("removed", segment.removed())
                    .field("orphan", segment.nattch() == 0)
                    .endObject();
        }
        json.endArray().key("maps").array();
        for (SharedMap map : maps) {
            json.object().field("name", map.path()).field("bytes", map.bytes());
            json.key("pids").array();
            for (long pid : map.pids()) {
                json.value(pid);
            }
            json.endArray().endObject();
        }
        json.endArray();
    }
}
