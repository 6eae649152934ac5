package io.shm.layout;

/**
 * The word of an entry of the scope table.
 *
 * <pre>
 *  63   60 59            48 47            32 31                    8 7      0
 * +-------+----------------+----------------+-----------------------+--------+
 * | state |      use       |    reserved    |        process        | check  |
 * +-------+----------------+----------------+-----------------------+--------+
 * state    code of the entry's state; a word of 0 is an entry that was never used
 * use      12 bits, raised each time the entry is claimed
 * process  id of the process history of who opened it
 * check    of the other 56 bits
 * </pre>
 *
 * A record names a scope by 24 bits, {@code use (12) | entry (12)}; 0 is none. So a record that is left of an earlier use
 * of the entry is not taken for one of this use.
 */
public final class ScopeWord {
    public static final int MAX_ENTRIES = 1 << 12;

    private static final int USE_MASK = (1 << 12) - 1;

    public static long pack(int state, int use, int process) {
        return Bits.sealed(((long) state << 60)
                | ((long) (use & USE_MASK) << 48)
                | ((long) (process & RecordWords.PROCESS_MASK) << 8));
    }

    public static int state(long word) {
        return (int) (word >>> 60);
    }

    public static int use(long word) {
        return (int) (word >>> 48) & USE_MASK;
    }

    public static int process(long word) {
        return (int) (word >>> 8) & RecordWords.PROCESS_MASK;
    }

    public static boolean isValid(long word) {
        return state(word) != 0 && Bits.isSealed(word);
    }

    /** What a record has as its scope. */
    public static int id(int entry, long word) {
        return use(word) << 12 | entry;
    }

    public static int entryOf(int id) {
        return id & (MAX_ENTRIES - 1);
    }

    public static int useOf(int id) {
        return (id >>> 12) & USE_MASK;
    }

    private ScopeWord() {}
}
