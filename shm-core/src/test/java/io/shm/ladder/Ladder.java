package io.shm.ladder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sizes of the test ladder, and the rows of its table.
 *
 * <p>{@code -Dshm.ladder=full} takes the full sizes; {@code -Dshm.ladder.NAME=n} sets one; {@code -Dshm.seed=n} repeats a
 * run; {@code -Dshm.ladder.table=FILE} appends the rows to a file, as {@code scripts/torture} does.
 */
public final class Ladder {
    private static final boolean FULL = "full".equals(System.getProperty("shm.ladder"));

    public static boolean isFull() {
        return FULL;
    }

    /** How much of something: as the property says, or small, or full. */
    public static int size(String name, int small, int full) {
        return Integer.getInteger("shm.ladder." + name, FULL ? full : small);
    }

    /** The seed of this run: given, or another each time. */
    public static long seed() {
        return Long.getLong("shm.seed", System.nanoTime());
    }

    /** Counts what is tested; the count so far is reported even if the test fails. */
    public static final class Count {
        private long count;

        public void add(long more) {
            count += more;
        }
    }

    /** What is tested; fails if something is wrong. */
    public interface Body {
        void run(Count count) throws Exception;
    }

    /**
     * Runs a part of a level and reports it as a row of the table.
     *
     * @param level as in DESIGN.md; what, in words; unit of the count
     * @param seed of its random choices; 0 where it makes none
     */
    public static void row(String level, String what, String unit, long seed, Body body) throws Exception {
        Count count = new Count();
        long begun = System.nanoTime();
        boolean passed = false;
        try {
            body.run(count);
            passed = true;
        } finally {
            report(level, what, count.count, unit, seed, passed ? 0 : 1, System.nanoTime() - begun);
        }
    }

    private static final AtomicLong DEATHS = new AtomicLong();
    private static final AtomicLong STOPS = new AtomicLong();
    private static final AtomicLong DAMAGES = new AtomicLong();

    /** A process of a test has died before a write; see {@link LadderRows}. */
    public static void died() {
        DEATHS.incrementAndGet();
    }

    /** A process of a test was stopped before a write while others ran. */
    public static void stopped() {
        STOPS.incrementAndGet();
    }

    /** A region of a test was damaged. */
    public static void damaged() {
        DAMAGES.incrementAndGet();
    }

    static long[] counts() {
        return new long[] {DEATHS.get(), STOPS.get(), DAMAGES.get()};
    }

    /** Reports a row. */
    public static void report(String level, String what, long count, String unit, long seed, long violations, long ns) {
        String row = String.format(
                Locale.ROOT,
                "%s\t%s\t%d\t%s\t%s\t%d\t%.1f",
                level,
                what,
                count,
                unit,
                seed == 0 ? "-" : Long.toString(seed),
                violations,
                ns / 1e9);
        System.out.println("ladder " + row.replace("\t", " | "));
        String table = System.getProperty("shm.ladder.table");
        if (table != null) {
            try {
                Files.writeString(
                        Path.of(table),
                        row + "\n",
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new AssertionError("the table of the ladder cannot be written", e);
            }
        }
    }

    private Ladder() {}
}
