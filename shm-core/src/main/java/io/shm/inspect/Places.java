package io.shm.inspect;

import io.shm.layout.FaultLayout;
import io.shm.layout.Field;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.ProcessLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.RootLayout;
import io.shm.layout.ScopeLayout;
import io.shm.layout.SiteLayout;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.TagLayout;
import io.shm.layout.TypeLayout;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import java.util.List;

/** Says what lies at a place of a region, any place. */
final class Places {
    private final RegionMap map;
    private final long size;
    private final LedgerScan scan;
    private final BlockRows rows;
    private final List<Part> parts;

    /** A table of entries of one length. */
    private record Part(String place, long from, int entries, int length, List<Field> fields) {
        long to() {
            return from + (long) entries * length;
        }
    }

    Places(RegionMap map, long size, LedgerScan scan, BlockRows rows) {
        this.map = map;
        this.size = size;
        this.scan = scan;
        this.rows = rows;
        this.parts = List.of(
                new Part("header", 0, 1, HeaderLayout.LENGTH, HeaderLayout.FIELDS),
                new Part(
                        "slot",
                        RegionMap.participantAt(0),
                        RegionMap.PARTICIPANTS,
                        ParticipantLayout.LENGTH,
                        ParticipantLayout.FIELDS),
                new Part("history", map.processAt(0), map.historyCount(), ProcessLayout.LENGTH, ProcessLayout.FIELDS),
                new Part("root", map.rootAt(0), map.rootCount(), RootLayout.LENGTH, RootLayout.FIELDS),
                new Part("type", map.typeAt(0), map.typeCount(), TypeLayout.LENGTH, TypeLayout.FIELDS),
                new Part("tag", map.tagAt(0), map.tagCount(), TagLayout.LENGTH, TagLayout.FIELDS),
                new Part("pool", map.poolAt(0), map.poolCount(), PoolLayout.LENGTH, PoolLayout.FIELDS),
                new Part("site", map.siteAt(0), map.siteCount(), SiteLayout.LENGTH, SiteLayout.FIELDS),
                new Part("texts", map.textsAt(), 1, (int) map.textBytes(), List.of()),
                new Part("fault", map.faultAt(0), map.faultCount(), FaultLayout.LENGTH, FaultLayout.FIELDS),
                new Part("scope", map.scopeAt(0), map.scopeCount(), ScopeLayout.LENGTH, ScopeLayout.FIELDS),
                new Part("slab-table", map.slabEntryAt(0), map.slabLimit(), SlabLayout.LENGTH, SlabLayout.FIELDS));
    }

    Explanation at(long offset) {
        if (offset < 0 || offset >= size) {
            return bare("outside", -1, size, Long.MAX_VALUE);
        }
        for (Part part : parts) {
            if (offset >= part.from() && offset < part.to()) {
                return inTable(part, offset);
            }
        }
        if (offset < map.slabAt(0)) {
            return bare("left-over", -1, map.slabEntryAt(map.slabLimit()), map.slabAt(0));
        }
        int slab = (int) Math.min(Integer.MAX_VALUE, map.slabOf(offset));
        if (slab >= scan.slabCount()) {
            return bare("tail", -1, map.slabAt(scan.slabCount()), size);
        }
        return inSlab(slab, offset);
    }

    private static Explanation inTable(Part part, long offset) {
        int number = (int) ((offset - part.from()) / part.length());
        long entryAt = part.from() + (long) number * part.length();
        return new Explanation(
                part.place(),
                part.entries() == 1 ? -1 : number,
                field(part.fields(), offset - entryAt),
                entryAt,
                entryAt + part.length(),
                null,
                "",
                0,
                null,
                null);
    }

    private Explanation inSlab(int slab, long offset) {
        SlabView run = scan.runOf(slab);
        int head = run.slab();
        long runAt = map.slabAt(head);
        long end = map.slabAt(head + run.slabs());
        Geometry geometry = run.geometry();
        if (geometry == null) {
            String place = run.state() == SlabState.FREE ? "free-slab" : "slab";
            return bare(place, head, runAt, end);
        }
        long inside = offset - runAt;
        if (inside < SlabHeaderLayout.LENGTH) {
            return new Explanation(
                    "slab-header",
                    head,
                    field(SlabHeaderLayout.FIELDS, inside),
                    runAt,
                    runAt + SlabHeaderLayout.LENGTH,
                    null,
                    "",
                    0,
                    null,
                    null);
        }
        long records = SlabHeaderLayout.LENGTH + (long) geometry.count() * RecordLayout.LENGTH;
        if (inside < records) {
            int index = (int) ((inside - SlabHeaderLayout.LENGTH) / RecordLayout.LENGTH);
            long recordAt = RecordLayout.recordAt(runAt, index);
            return around(
                    "record",
                    field(RecordLayout.FIELDS, offset - recordAt),
                    recordAt,
                    recordAt + RecordLayout.LENGTH,
                    head,
                    index,
                    "",
                    0);
        }
        // The guard before a run's first block is no block's; whoever wrote there wrote to the left of that block.
        int index = inside < geometry.blockAt(0) ? 0 : geometry.indexOf(inside);
        return index < 0
                ? bare("left-over", head, runAt + geometry.behind(geometry.count() - 1) + Geometry.GUARD_BYTES, end)
                : nearBlock(head, index, geometry, offset);
    }

    private Explanation nearBlock(int head, int index, Geometry geometry, long offset) {
        RecordView block = scan.block(head, index);
        if (block == null) {
            return bare("slab", head, map.slabAt(head), map.slabAt(head + 1));
        }
        long payloadAt = block.payloadAt();
        boolean hasSize = block.isUsed() && !block.damaged();
        long end = payloadAt + (hasSize ? block.size() : block.capacity());
        long blockAt = map.slabAt(head) + geometry.blockAt(index);
        long behind = map.slabAt(head) + geometry.behind(index);
        if (offset >= behind && isNearNext(head, index, hasSize, offset - behind)) {
            long next = map.slabAt(head) + geometry.blockAt(index + 1);
            return around("guard", "", behind, next, head, index + 1, "left", next - offset);
        }
        if (offset >= behind) {
            return around("guard", "", behind, behind + Geometry.GUARD_BYTES, head, index, "right", offset - end);
        }
        if (offset < blockAt) {
            return around(
                    "guard", "", blockAt - Geometry.GUARD_BYTES, blockAt, head, index, "left", payloadAt - offset);
        }
        if (offset < payloadAt) {
            return around("slack", "", blockAt, payloadAt, head, index, "left", payloadAt - offset);
        }
        return offset < end
                ? around("block", "", payloadAt, end, head, index, "inside", offset - payloadAt)
                : around("slack", "", end, behind, head, index, "right", offset - end);
    }

    /** Whether a place in a guard is rather the next block's: its half, or the block before is nobody's. */
    private boolean isNearNext(int head, int index, boolean isUsed, long inGuard) {
        RecordView next = scan.block(head, index + 1);
        return next != null && next.isUsed() && !next.damaged() && (inGuard >= Long.BYTES || !isUsed);
    }

    private Explanation around(
            String place, String field, long from, long to, int head, int index, String side, long distance) {
        return new Explanation(
                place,
                index,
                field,
                from,
                to,
                row(head, index),
                side,
                distance,
                row(head, index - 1),
                row(head, index + 1));
    }

    private BlockRow row(int head, int index) {
        RecordView block = scan.block(head, index);
        return block == null ? null : rows.row(block);
    }

    private static Explanation bare(String place, int number, long from, long to) {
        return new Explanation(place, number, "", from, to, null, "", 0, null, null);
    }

    private static String field(List<Field> fields, long offset) {
        for (Field field : fields) {
            if (offset >= field.offset() && offset < field.offset() + field.size()) {
                return field.name();
            }
        }
        return "";
    }
}
