package io.shm.layout;

/**
 * Who holds a shared block: what the {@code CHANGED} word of its record is while it is PUBS or SHARED.
 *
 * <pre>
 *  63             48 47  46                                            0
 * +-----------------+---+-----------------------------------------------+
 * |   generation    | c |                     slots                     |
 * +-----------------+---+-----------------------------------------------+
 * generation  the low 16 bits of the block's generation
 * c           its cell holds it
 * slots       a bit for each participant that holds it
 * </pre>
 */
public final class HoldersWord {
    private static final long IN_CELL = 1L << RegionMap.PARTICIPANTS;
    private static final long SLOTS_MASK = IN_CELL - 1;
    private static final int GENERATION_SHIFT = 48;

    public static long pack(long generation, boolean inCell, long slots) {
        return (generation << GENERATION_SHIFT) | (inCell ? IN_CELL : 0) | (slots & SLOTS_MASK);
    }

    /** Whether it is the word of this life of the block, as far as 16 bits tell. */
    public static boolean isOf(long word, long generation) {
        return word >>> GENERATION_SHIFT == (generation & 0xffff);
    }

    public static boolean isInCell(long word) {
        return (word & IN_CELL) != 0;
    }

    /** Bit {@code slot} for the participant in that slot. */
    public static long slots(long word) {
        return word & SLOTS_MASK;
    }

    public static boolean holds(long word, int slot) {
        return (word & (1L << slot)) != 0;
    }

    /** Neither the cell nor a participant: nobody holds the block, and nobody ever will again. */
    public static boolean isEmpty(long word) {
        return (word & (IN_CELL | SLOTS_MASK)) == 0;
    }

    public static long with(long word, int slot) {
        return word | (1L << slot);
    }

    public static long without(long word, int slot) {
        return word & ~(1L << slot);
    }

    public static long outOfCell(long word) {
        return word & ~IN_CELL;
    }

    private HoldersWord() {}
}
