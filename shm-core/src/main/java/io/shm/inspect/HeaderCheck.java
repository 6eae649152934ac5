package io.shm.inspect;

import io.shm.layout.Field;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.RootLayout;
import io.shm.layout.SiteLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.layout.TypeLayout;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.memory.SharedMemory;
import java.util.List;

/** The header's fields and counters, and what is reserved in it and in the tables. */
final class HeaderCheck {
    private static final int POLICIES = 3;
    private static final int LEVELS = 5;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Findings findings;
    private long generations;

    HeaderCheck(SharedMemory memory, RegionMap map, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.findings = findings;
        this.generations = drawn();
    }

    /**
     * Whether a generation comes behind all that have been drawn by now. They go round; a third of them count as ahead.
     * No power of two: a counter with a flipped bit would lie on the border, and look sound until the next draw.
     */
    boolean isAhead(long generation) {
        if (!ahead(generation)) {
            return false;
        }
        generations = drawn();
        return ahead(generation, generations);
    }

    private boolean ahead(long generation) {
        return ahead(generation, generations);
    }

    private static boolean ahead(long generation, long drawn) {
        return ((drawn - 1 - generation) & StateWord.GENERATION_MASK) > StateWord.GENERATION_MASK / 3 * 2;
    }

    private long drawn() {
        return memory.getLongAcquire(HeaderLayout.GENERATION_OFFSET);
    }

    /**
     * @param highestProcess id in use
     * @param textEnd bytes of the text area that texts use
     */
    void check(int highestProcess, long textEnd) {
        fields();
        slabCount();
        long next = memory.getLongAcquire(HeaderLayout.NEXT_PROCESS_OFFSET);
        if (next < 1 || (next <= RecordWords.PROCESS_MASK && highestProcess > next)) {
            broken(
                    Invariant.NEXT_PROCESS,
                    HeaderLayout.NEXT_PROCESS_OFFSET,
                    next,
                    Math.max(1, highestProcess),
                    "highest id in use=" + highestProcess);
        }
        long nextText = memory.getLongAcquire(HeaderLayout.NEXT_TEXT_OFFSET);
        if (nextText < textEnd || nextText > map.textBytes() || (nextText & 7) != 0) {
            broken(
                    Invariant.NEXT_TEXT,
                    HeaderLayout.NEXT_TEXT_OFFSET,
                    nextText,
                    textEnd,
                    "texts end at " + textEnd + " of " + map.textBytes());
        }
        reserved(0, 1, 0, HeaderLayout.FIELDS, "header");
        reserved(
                RegionMap.participantAt(0),
                RegionMap.PARTICIPANTS,
                ParticipantLayout.LENGTH,
                ParticipantLayout.FIELDS,
                "slot");
        reserved(map.rootAt(0), map.rootCount(), RootLayout.LENGTH, RootLayout.FIELDS, "root");
        reserved(map.typeAt(0), map.typeCount(), TypeLayout.LENGTH, TypeLayout.FIELDS, "type");
        reserved(map.tagAt(0), map.tagCount(), TagLayout.LENGTH, TagLayout.FIELDS, "tag");
        reserved(map.poolAt(0), map.poolCount(), PoolLayout.LENGTH, PoolLayout.FIELDS, "pool");
        reserved(map.siteAt(0), map.siteCount(), SiteLayout.LENGTH, SiteLayout.FIELDS, "site");
        reserved(map.slabEntryAt(0), map.slabLimit(), SlabLayout.LENGTH, SlabLayout.FIELDS, "slab");
    }

    /** They are under the checksum: whoever has opened the region knows that they are as they were written. */
    private void fields() {
        field(HeaderLayout.POLICY_OFFSET, 0, POLICIES - 1L);
        field(HeaderLayout.FEATURES_OFFSET, 0, 0);
        field(HeaderLayout.OPTIONS_OFFSET, 0, 0);
        long level = memory.getLong(HeaderLayout.LEVEL_OFFSET);
        if (level < 0 || level >= LEVELS) {
            broken(Invariant.HEADER_FIELD, HeaderLayout.LEVEL_OFFSET, level, 0, "expected 0 to " + (LEVELS - 1));
        }
    }

    private void field(int at, long least, long most) {
        int value = memory.getInt(at);
        if (value < least || value > most) {
            broken(Invariant.HEADER_FIELD, at, value, 0, "expected " + least + " to " + most);
        }
    }

    private void slabCount() {
        long count = memory.getLongAcquire(HeaderLayout.SLAB_COUNT_OFFSET);
        // Of one that grows only the maximum is known here: the file may be longer than the memory that is looked at.
        long least = slabsIn(memory.getLong(HeaderLayout.MAPPED_SIZE_OFFSET));
        long room = slabsIn(memory.getLong(HeaderLayout.MAXIMUM_SIZE_OFFSET));
        if (count < least || count > room) {
            String expected = least == room ? "" + room : least + " to " + room;
            broken(Invariant.SLAB_COUNT, HeaderLayout.SLAB_COUNT_OFFSET, count, room, "expected " + expected);
        }
    }

    private long slabsIn(long bytes) {
        return Math.min((bytes - map.slabAt(0)) >>> Geometry.SLAB_SHIFT, map.slabLimit());
    }

    private void reserved(long tableAt, int entries, int length, List<Field> fields, String place) {
        for (Field field : fields) {
            boolean isReserved = field.name().equals("RESERVED") || field.name().contains("PADDING");
            for (int entry = 0; isReserved && entry < entries; entry++) {
                long from = tableAt + (long) entry * length + field.offset();
                for (long at = from; at < from + field.size(); at += Long.BYTES) {
                    long value = memory.getLong(at);
                    if (value != 0) {
                        findings.add(Invariant.RESERVED, at, place, length == 0 ? -1 : entry, value, 0, "expected 0");
                    }
                }
            }
        }
    }

    /** @param right what the value should be, where it follows from the rest */
    private void broken(Invariant rule, long at, long observed, long right, String evidence) {
        findings.add(rule, at, "header", -1, observed, right, evidence);
    }
}
