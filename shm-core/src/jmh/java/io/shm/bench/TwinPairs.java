package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import java.util.Locale;
import java.util.function.LongConsumer;

/** The programs of {@link TwinBench}, which are loaded with the copy of the toolkit that they measure. */
public final class TwinPairs {
    private TwinPairs() {}

    /** With a region until the JVM ends. */
    private abstract static class Program implements LongConsumer {
        final Region region =
                Region.create(RegionOptions.anonymous().size(64L << 20).populate(true));

        Program(String level) {
            region.setLevel(Level.valueOf(level.toUpperCase(Locale.ROOT)));
        }
    }

    /** With constants for both lines. */
    public static final class Lines extends Program {
        private static final Site ALLOCATE = Site.here("allocate");
        private static final Site FREE = Site.here("free");

        public Lines(String level) {
            super(level);
        }

        @Override
        public void accept(long size) {
            for (long i = 0; i < TwinBench.PAIRS; i++) {
                region.allocate(size, ALLOCATE).free(FREE);
            }
        }
    }

    /** As an unchanged program has it. */
    public static final class Unchanged extends Program {
        public Unchanged(String level) {
            super(level);
        }

        @Override
        public void accept(long size) {
            for (long i = 0; i < TwinBench.PAIRS; i++) {
                region.allocate(size).free();
            }
        }
    }
}
