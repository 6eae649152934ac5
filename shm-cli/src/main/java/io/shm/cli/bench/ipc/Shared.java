package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;

/** A block that the two ends of a link have in common, found by the name of the link's folder. */
final class Shared {
    /** Two cache lines, as processors fetch them in pairs. */
    static final int LINE = 128;

    /** Zeros at first; made by whichever end comes first. */
    static Block block(Region region, End end, long size) {
        return region.root(end.folder().getFileName().toString()).getOrAllocate(() -> {
            Block made = region.allocate(BlockSpec.of(size).alignment(LINE));
            made.fill((byte) 0);
            return made;
        });
    }

    private Shared() {}
}
