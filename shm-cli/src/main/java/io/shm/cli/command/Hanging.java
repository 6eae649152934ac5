package io.shm.cli.command;

import io.shm.cli.render.Numbers;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What hangs in the cells of a block, in those of what hangs there, and so on.
 *
 * @param bytes as requested
 */
record Hanging(long blocks, long bytes) {
    static Hanging in(Inspector inspector, BlockRow block) {
        NavigableMap<Long, BlockRow> byCell = new TreeMap<>();
        inspector.allBlocks(Hanging::isKeptByItsCell, row -> byCell.put(row.cell(), row));
        long blocks = 0;
        long bytes = 0;
        Deque<BlockRow> next = new ArrayDeque<>(List.of(block));
        for (BlockRow outer = next.poll(); outer != null; outer = next.poll()) {
            NavigableMap<Long, BlockRow> within =
                    byCell.subMap(outer.offset(), true, outer.offset() + outer.size(), false);
            for (BlockRow inner : new ArrayList<>(within.values())) {
                blocks++;
                bytes += inner.size();
                next.add(inner);
            }
            // Each once, though a damaged region has them in a ring.
            within.clear();
        }
        return new Hanging(blocks, bytes);
    }

    /** Who has a share in a shared block keeps it. */
    private static boolean isKeptByItsCell(BlockRow row) {
        boolean held = row.state().equals("held");
        return row.cell() > 0
                && (held || (row.state().equals("shared") && row.holders().isEmpty()));
    }

    /** In words: {@code 2 blocks, 300 bytes}. */
    @Override
    public String toString() {
        return Numbers.counted(blocks, "block") + ", " + Numbers.counted(bytes, "byte");
    }
}
