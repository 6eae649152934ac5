package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.ledger.Cells;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Scopes;
import io.shm.memory.SharedMemory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Finds the blocks that nobody will free, while everybody goes on.
 *
 * <p>In two passes: leaked is what was so in both, under the same state word, which never comes again once a block has
 * moved, and so was every block on its way up. What was on its way during one pass has another word in the other.
 */
final class LeakSearch {
    private static final int UNKNOWN = -2;
    private static final int ON_THE_WAY = -3;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Names names;
    private final Clock clock;
    private final Supplier<Processes> look;
    private final boolean unrecorded;
    private final long mostSearched;

    /**
     * @param look who is there, asked after each walk: who left before it ended has settled its blocks
     * @param unrecorded whether a live block that is in nobody's holder is leaked
     * @param mostSearched bytes to search at most for words that lead to a leaked block
     */
    LeakSearch(
            SharedMemory memory,
            RegionMap map,
            Names names,
            Clock clock,
            Supplier<Processes> look,
            boolean unrecorded,
            long mostSearched) {
        this.memory = memory;
        this.map = map;
        this.names = names;
        this.clock = clock;
        this.look = look;
        this.unrecorded = unrecorded;
        this.mostSearched = mostSearched;
    }

    LeakReport run() {
        Instant now = Instant.now();
        Custody first = pass(look);
        if (!anySuspect(first)) {
            return new LeakReport(now, first.table.count, List.of(), 0, true);
        }
        Processes[] processes = new Processes[1];
        Custody second = pass(() -> processes[0] = look.get());
        keepUnlessConfirmed(first, second);
        int[] cause = causes(second);
        WordSearch words = new WordSearch(memory, map, second.table, mostSearched);
        boolean[] possible = words.search(cause, second);
        return new LeakReport(
                now, second.table.count, rows(second, cause, possible, processes[0]), words.searched(), words.whole());
    }

    private Custody pass(Supplier<Processes> who) {
        BlockTable table = new BlockTable(new LedgerScan(memory, map));
        return new Custody(memory, map, table, who.get(), unrecorded);
    }

    private static boolean anySuspect(Custody custody) {
        for (byte status : custody.status) {
            if (status > Custody.HANGS) {
                return true;
            }
        }
        // A ring hangs in itself.
        for (int cause : causes(custody)) {
            if (cause >= 0) {
                return true;
            }
        }
        return false;
    }

    /** What the first pass did not see just so is kept, and with it what hangs there. */
    private static void keepUnlessConfirmed(Custody first, Custody second) {
        for (int block = 0; block < second.table.count; block++) {
            if (second.status[block] == Custody.KEPT) {
                continue;
            }
            int before = first.table.at(second.table.place[block]);
            boolean same = before >= 0
                    && first.table.word[before] == second.table.word[block]
                    && first.status[before] == second.status[block]
                    && (second.status[block] != Custody.LOOSE || first.reason[before] == second.reason[block])
                    && (second.status[block] != Custody.HANGS
                            || first.table.place[first.parent[before]] == second.table.place[second.parent[block]]);
            if (!same) {
                second.status[block] = Custody.KEPT;
            }
        }
    }

    /** Of each block the one that decides that it is leaked, perhaps itself; -1 if it is kept. */
    private static int[] causes(Custody custody) {
        int[] cause = new int[custody.table.count];
        Arrays.fill(cause, UNKNOWN);
        for (int block = 0; block < cause.length; block++) {
            int at = block;
            while (cause[at] == UNKNOWN && custody.status[at] == Custody.HANGS) {
                cause[at] = ON_THE_WAY;
                at = custody.parent[at];
            }
            int found = cause[at];
            if (found == ON_THE_WAY) {
                found = closeRing(custody, at);
            } else if (found == UNKNOWN) {
                found = custody.status[at] == Custody.KEPT ? -1 : at;
                cause[at] = found;
            }
            for (at = block; cause[at] == ON_THE_WAY; at = custody.parent[at]) {
                cause[at] = found;
            }
        }
        return cause;
    }

    /** Blocks that hang in each other and nowhere else: the first of the region stands for all. */
    private static int closeRing(Custody custody, int member) {
        int first = member;
        for (int at = custody.parent[member]; at != member; at = custody.parent[at]) {
            first = Math.min(first, at);
        }
        custody.reason[first] = Custody.RING;
        return first;
    }

    // ---------------------------------------------------------------- rows

    private List<Leak> rows(Custody custody, int[] cause, boolean[] possible, Processes processes) {
        LedgerScan scan = new LedgerScan(memory, map);
        BlockRows rows = new BlockRows(names, processes, clock, new HeldIn(memory, map, processes));
        Scopes scopes = new Scopes(memory, map);
        List<Leak> leaks = new ArrayList<>();
        BlockTable table = custody.table;
        for (int block = 0; block < table.count; block++) {
            if (cause[block] < 0) {
                continue;
            }
            RecordView record = scan.block(table.slab(block), table.index(block));
            if (record == null || record.word() != table.word[block]) {
                continue;
            }
            BlockRow row = rows.row(record);
            boolean isCause = cause[block] == block;
            leaks.add(new Leak(
                    possible[block] ? LeakKind.POSSIBLE : isCause ? kind(custody.status[block]) : LeakKind.INDIRECT,
                    row,
                    ownerOf(row),
                    scopes.name(table.scope[block]),
                    isCause ? note(custody, block, row) : "",
                    isCause ? -1 : table.payloadAt[cause[block]]));
        }
        return leaks;
    }

    /** Who has it, or had it last as far as that is known. */
    private static ProcessInfo ownerOf(BlockRow row) {
        if (row.owner() != null) {
            return row.owner();
        }
        return row.change().equals("orphaned") && row.changedBy() != null ? row.changedBy() : row.allocatedBy();
    }

    private static LeakKind kind(byte status) {
        return switch (status) {
            case Custody.ORPHANED -> LeakKind.ORPHAN;
            case Custody.LOST -> LeakKind.LOST;
            case Custody.SCOPE_CLOSED -> LeakKind.SCOPE;
            default -> LeakKind.DEFINITE;
        };
    }

    private String overwritten(long cell) {
        return Cells.isRoot(map, cell) ? "overwritten" : "index overwritten";
    }

    /** By whom, and where, as far as that is known. */
    private static String holderFreed(BlockRow row) {
        ProcessInfo by = row.changedBy();
        String where =
                row.changedAt() == null || row.changedAt().equals(SiteInfo.UNKNOWN) ? "" : " at " + row.changedAt();
        return by == null || by.pid() == 0 ? "holder freed" : "holder freed: by " + by.pid() + where;
    }

    private String note(Custody custody, int block, BlockRow row) {
        long cell = custody.table.cell[block];
        return switch (custody.reason[block]) {
            case Custody.OVERWRITTEN ->
                overwritten(cell) + ": cell 0x" + Long.toHexString(cell) + " holds 0x"
                        + Long.toHexString(memory.getLongAcquire(cell));
            case Custody.EMPTIED -> overwritten(cell) + ": cell 0x" + Long.toHexString(cell) + " is empty";
            case Custody.NO_CELL -> "its record leads to no cell: 0x" + Long.toHexString(cell);
            case Custody.IN_NO_BLOCK -> "cell 0x" + Long.toHexString(cell) + " lies in no block in use";
            case Custody.NOBODY_HOLDS -> "shared, and nobody holds it";
            case Custody.RING -> "hangs only in blocks that hang in it";
            case Custody.LEFT -> "its process has left without it";
            case Custody.UNRECORDED -> "recorded nowhere";
            case Custody.HOLDER_FREED -> holderFreed(row);
            default -> "";
        };
    }
}
