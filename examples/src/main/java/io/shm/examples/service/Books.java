package io.shm.examples.service;

import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;

/** What is left in a region, as any process sees it: after all have left, nothing. */
record Books(long blocks, long bytes, int processes, int leaks, long faults, long brokenRules) {
    static Books of(String reference) {
        try (Inspector inspector = Inspector.open(reference)) {
            Picture picture = inspector.picture();
            return new Books(
                    picture.blocks(),
                    picture.accounts().live(),
                    picture.processes().size(),
                    inspector.leaks().leaks().size(),
                    picture.faults(),
                    inspector.verify().broken().size());
        }
    }

    boolean isEmpty() {
        return blocks == 0 && bytes == 0 && processes == 0 && leaks == 0 && faults == 0 && brokenRules == 0;
    }
}
