package io.shm.layout;

/**
 * The word of a call, an entry in a table of requests.
 *
 * <pre>
 *  63   60 59       54 53       48 47  46    44 43                    8 7      0
 * +-------+-----------+-----------+---+--------+-----------------------+--------+
 * | state | requester |  server   | a |   0    |      number (36)      | check  |
 * +-------+-----------+-----------+---+--------+-----------------------+--------+
 * state      a code of CallState
 * requester  participant slot + 1, 0 for none
 * server     the same
 * a          asked again: a server that had the request before has died
 * number     of the call, raised each time the entry becomes free
 * check      of the other 56 bits
 * </pre>
 */
public final class CallWord {
    public static final long NUMBER_MASK = (1L << 36) - 1;
    private static final int OWNER_MASK = (1 << 6) - 1;
    private static final long AGAIN = 1L << 47;

    public static long pack(int state, int requester, int server, boolean again, long number) {
        return Bits.sealed(((long) state << 60)
                | ((long) (requester & OWNER_MASK) << 54)
                | ((long) (server & OWNER_MASK) << 48)
                | (again ? AGAIN : 0)
                | ((number & NUMBER_MASK) << 8));
    }

    public static int state(long word) {
        return (int) (word >>> 60);
    }

    public static int requester(long word) {
        return (int) (word >>> 54) & OWNER_MASK;
    }

    public static int server(long word) {
        return (int) (word >>> 48) & OWNER_MASK;
    }

    public static boolean isAgain(long word) {
        return (word & AGAIN) != 0;
    }

    public static long number(long word) {
        return (word >>> 8) & NUMBER_MASK;
    }

    public static boolean isValid(long word) {
        return state(word) != 0 && Bits.isSealed(word);
    }

    private CallWord() {}
}
