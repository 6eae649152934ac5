package io.shm.examples.service;

import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.TagRow;

/**
 * What is left in a region, as any process sees it: after all have left, nothing; but for the trace, if somebody has switched one
 * on to watch.
 *
 * @param reclaimed blocks that dead processes had, and that were freed
 */
record Books(long blocks, long bytes, int processes, int leaks, long faults, long brokenRules, long reclaimed) {
    static Books of(String reference) {
        try (Inspector inspector = Inspector.open(reference)) {
            Picture picture = inspector.picture();
            long blocks = picture.blocks();
            long bytes = picture.accounts().live();
            for (TagRow tag : picture.tags()) {
                if (tag.name().equals("shm.trace")) {
                    blocks -= tag.blocks();
                    bytes -= tag.bytes();
                }
            }
            return new Books(
                    blocks,
                    bytes,
                    picture.processes().size(),
                    inspector.leaks().leaks().size(),
                    picture.faults(),
                    inspector.verify().broken().size(),
                    inspector.faults().stream()
                            .filter(row -> row.kind().equals("reclaimed"))
                            .mapToLong(FaultRow::blocks)
                            .sum());
        }
    }

    boolean isEmpty() {
        return blocks == 0 && bytes == 0 && processes == 0 && leaks == 0 && faults == 0 && brokenRules == 0;
    }
}
