package io.shm.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How much a region keeps of each allocation and free. One word of the header, which any process may change at any time;
 * the others follow within a tick of their clocks, 10 ms.
 *
 * <p>Whatever the level, the state, the size, the tag and the owner of every block are kept, and pools and budgets do what
 * they promise. A block keeps what it was allocated with: a change of the level is about those that come.
 */
public enum Level {
    /** State, size, tag and owner. No line of code, no time of the allocation, no thread, no totals. */
    OFF(0),
    /** Also the time and the thread, and totals by tag and participant. No line of code: all count for the unknown site. */
    COUNTS(1),
    /** Also the line of code that allocates and, where the caller knows it, that frees: the level of a new region. */
    SITES(2),
    /** Also the line of every free, and the whole stack of one allocation in 512 KiB of each thread. */
    FULL(3),
    /** Also what finds mistakes at a price. */
    PARANOID(4);

    private static final Level[] ALL = values();

    private final int code;

    Level(int code) {
        this.code = code;
    }

    /** As a header has it. */
    public int code() {
        return code;
    }

    /** As users write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@link #SITES} for a code that is none: what a damaged header does not say is what it says most often. */
    public static Level ofCode(long code) {
        return code >= 0 && code < ALL.length ? ALL[(int) code] : SITES;
    }

    /**
     * The level of a label.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists those that there are
     */
    public static Level of(String label) {
        for (Level level : ALL) {
            if (level.label().equals(label.toLowerCase(Locale.ROOT))) {
                return level;
            }
        }
        throw new IllegalArgumentException("no level '" + label + "'; there are "
                + Arrays.stream(ALL).map(Level::label).collect(Collectors.joining(", ")));
    }
}
