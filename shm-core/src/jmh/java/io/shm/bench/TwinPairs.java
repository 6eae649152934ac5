package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import java.util.Locale;
import java.util.function.LongConsumer;

/** The programs of {@link TwinBench}, which are loaded with the copy of the toolkit that they measure. */
public final class TwinPairs {
    private static final int PAIRS = TwinBench.pairs();

    private TwinPairs() {}

    // Until the JVM ends, and with it the memory.
    private static Region region(String level) {
        Region region = Region.create(RegionOptions.anonymous().size(64L << 20).populate(true));
        region.setLevel(Level.valueOf(level.toUpperCase(Locale.ROOT)));
        return region;
    }

    /** With constants for both lines. */
    public static final class Lines implements LongConsumer {
        private static final Site ALLOCATE = Site.here("allocate");
        private static final Site FREE = Site.here("free");
        private final Region region;

        public Lines(String level) {
            region = region(level);
        }

        @Override
        public void accept(long size) {
            for (long i = 0; i < PAIRS; i++) {
                region.allocate(size, ALLOCATE).free(FREE);
            }
        }
    }

    /** As an unchanged program has it. */
    public static final class Unchanged implements LongConsumer {
        private final Region region;

        public Unchanged(String level) {
            region = region(level);
        }

        @Override
        public void accept(long size) {
            for (long i = 0; i < PAIRS; i++) {
                region.allocate(size).free();
            }
        }
    }
}
