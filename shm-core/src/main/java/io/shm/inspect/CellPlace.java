package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.layout.RootLayout;

/** Places of a region that may be a cell. Records name them, and records may be damaged. */
final class CellPlace {
    /** Whether a word that may be a cell lies there: a root's, or any aligned one of the slabs. */
    static boolean isOne(RegionMap map, long size, long offset) {
        return isRoot(map, offset) || ((offset & 7) == 0 && offset >= map.slabAt(0) && offset <= size - Long.BYTES);
    }

    static boolean isRoot(RegionMap map, long offset) {
        long inRoots = offset - map.rootAt(0);
        return inRoots >= 0
                && offset < map.rootAt(map.rootCount())
                && inRoots % RootLayout.LENGTH == RootLayout.CELL_OFFSET;
    }

    private CellPlace() {}
}
