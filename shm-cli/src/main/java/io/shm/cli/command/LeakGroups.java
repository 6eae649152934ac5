package io.shm.cli.command;

import io.shm.cli.render.LeakGroup;
import io.shm.inspect.BlockRow;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.SiteInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Leaks with the same kind, site, tag, owner, scope and reason in one line. */
final class LeakGroups {
    /** Of a group so many places are told; a script that wants them all asks for the blocks. */
    private static final int MOST_OFFSETS = 1000;

    private static final String OVERWRITTEN = "overwritten";

    private record Key(String kind, SiteInfo site, String tag, int owner, String scope, String reason) {}

    private final Map<Key, Sum> sums = new LinkedHashMap<>();
    private final List<FaultRow> faults;

    /** @param faults all of the log, in its order: a leak that one of them explains refers to it by its number */
    LeakGroups(List<FaultRow> faults) {
        this.faults = faults;
    }

    void add(Leak leak) {
        add(leak.kind().label(), leak.block(), leak.owner(), leak.scope(), leak.note());
    }

    /** Also for blocks that are no leak. */
    void add(String kind, BlockRow block, ProcessInfo owner, String scope, String note) {
        Key key = new Key(kind, block.site(), block.tag(), owner == null ? 0 : owner.id(), scope, reason(note));
        sums.computeIfAbsent(key, k -> new Sum(k, owner, note)).add(block, note);
    }

    /** By kind in the order in which a report has them, and those with most bytes first. */
    List<LeakGroup> groups() {
        return sums.values().stream()
                .map(sum -> sum.group(faults))
                .sorted(Comparator.comparingInt(LeakGroups::rank)
                        .thenComparing(LeakGroup::kind)
                        .thenComparing(
                                Comparator.comparingLong(LeakGroup::bytes).reversed()))
                .toList();
    }

    private static int rank(LeakGroup group) {
        List<LeakKind> kinds = List.of(LeakKind.values());
        for (int rank = 0; rank < kinds.size(); rank++) {
            if (kinds.get(rank).label().equals(group.kind())) {
                return rank;
            }
        }
        return kinds.size();
    }

    /** What stands before the colon is the reason, behind it are the places. */
    private static String reason(String note) {
        int colon = note.indexOf(':');
        return colon < 0 ? note : note.substring(0, colon);
    }

    private static final class Sum {
        private final Key key;
        private final ProcessInfo owner;
        private String note;
        private long blocks;
        private long bytes;
        private Instant oldest;
        private Instant newest;
        private final List<Long> offsets = new ArrayList<>();

        Sum(Key key, ProcessInfo owner, String note) {
            this.key = key;
            this.owner = owner;
            this.note = note;
        }

        void add(BlockRow block, String why) {
            note = note.equals(why) ? note : key.reason();
            blocks++;
            bytes += block.size();
            Instant since = block.since();
            if (since != null) {
                oldest = oldest == null || since.isBefore(oldest) ? since : oldest;
                newest = newest == null || since.isAfter(newest) ? since : newest;
            }
            if (offsets.size() < MOST_OFFSETS) {
                offsets.add(block.offset());
            }
        }

        /** Of the faults that tell of a reference to such a block that was written over the numbers. */
        private String explained(List<FaultRow> faults) {
            List<String> numbers = new ArrayList<>();
            for (int i = 0; i < faults.size() && key.reason().endsWith(OVERWRITTEN); i++) {
                FaultRow fault = faults.get(i);
                if (fault.kind().equals("overwritten-ref")
                        && fault.allocated() != null
                        && fault.allocated().site().equals(key.site())
                        && fault.tag().equals(key.tag())) {
                    numbers.add(Integer.toString(i + 1));
                }
            }
            return numbers.isEmpty()
                    ? note
                    : key.reason() + ", see fault" + (numbers.size() == 1 ? " " : "s ") + String.join(", ", numbers);
        }

        LeakGroup group(List<FaultRow> faults) {
            return new LeakGroup(
                    key.kind(),
                    key.site(),
                    key.tag(),
                    owner,
                    key.scope(),
                    explained(faults),
                    blocks,
                    bytes,
                    oldest,
                    newest,
                    offsets);
        }
    }
}
