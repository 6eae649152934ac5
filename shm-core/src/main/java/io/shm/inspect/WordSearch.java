package io.shm.inspect;

import io.shm.layout.Handle;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import java.util.Arrays;

/**
 * Searches the words of the blocks that are kept for such as may lead to a block that is leaked: its handle, or an offset
 * of the region within it. A number may look like one by chance; so what is found is possible, and no more.
 */
final class WordSearch {
    private final SharedMemory memory;
    private final long firstSlabAt;
    private final long end;
    private final BlockTable table;
    private long left;
    private long searched;
    private boolean whole = true;

    WordSearch(SharedMemory memory, RegionMap map, BlockTable table, long most) {
        this.memory = memory;
        this.firstSlabAt = map.slabAt(0);
        this.end = memory.size();
        this.table = table;
        this.left = most;
    }

    long searched() {
        return searched;
    }

    boolean whole() {
        return whole;
    }

    /** Of each block whether it is loose and a kept block's word may lead there. */
    boolean[] search(int[] cause, Custody custody) {
        boolean[] possible = new boolean[table.count];
        boolean[] loose = new boolean[table.count];
        long[] handles = new long[table.count];
        int found = 0;
        for (int block = 0; block < table.count; block++) {
            if (cause[block] == block && mayBeFound(custody, block)) {
                loose[block] = true;
                handles[found++] = table.handle(block);
            }
        }
        // In the order of the region, so sorted but for the sign of slabs beyond half of what there can be.
        handles = Arrays.copyOf(handles, found);
        Arrays.sort(handles);
        for (int block = 0; block < table.count && found > 0; block++) {
            if (cause[block] < 0) {
                searchIn(block, handles, loose, possible);
            }
        }
        return possible;
    }

    private static boolean mayBeFound(Custody custody, int block) {
        return custody.status[block] == Custody.LOOSE
                && custody.reason[block] != Custody.UNRECORDED
                && custody.reason[block] != Custody.LEFT;
    }

    private void searchIn(int kept, long[] handles, boolean[] loose, boolean[] possible) {
        long length = Math.min(table.size[kept], left) & -8L;
        whole &= length == (table.size[kept] & -8L);
        left -= length;
        searched += length;
        long from = table.payloadAt[kept];
        for (long at = from; at < from + length; at += Long.BYTES) {
            long word = memory.getLong(at);
            if (word >= firstSlabAt && word < end) {
                int block = table.holding(word & -8L);
                if (block >= 0 && loose[block]) {
                    possible[block] = true;
                }
            }
            if (Handle.generation(word) != 0 && Arrays.binarySearch(handles, word) >= 0) {
                int block = table.at((long) Handle.slab(word) << 32 | Handle.index(word));
                if (block >= 0) {
                    possible[block] = true;
                }
            }
        }
    }
}
