package io.shm.layout;

/**
 * The one thread that may send on a channel, or receive from it; 0 for none.
 *
 * <pre>
 *  63                                   6 5       0
 * +---------------------------------------+---------+
 * |                thread                 |  owner  |
 * +---------------------------------------+---------+
 * thread  its number in its process, which no later thread of that process has
 * owner   participant slot + 1
 * </pre>
 *
 * Whoever reclaims a participant clears its words before the slot has a next user, so an owner and a thread name one thread
 * and no other.
 */
public final class RoleWord {
    private static final int OWNER_BITS = 6;
    private static final int OWNER_MASK = (1 << OWNER_BITS) - 1;

    public static long pack(int owner, long thread) {
        return thread << OWNER_BITS | owner;
    }

    public static int owner(long word) {
        return (int) word & OWNER_MASK;
    }

    public static long thread(long word) {
        return word >>> OWNER_BITS;
    }

    /** Whether a word is 0 or names a thread of some participant. */
    public static boolean isValid(long word) {
        return word == 0 || (owner(word) != 0 && owner(word) <= RegionMap.PARTICIPANTS);
    }

    private RoleWord() {}
}
