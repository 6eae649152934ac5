package io.shm.ledger;

import io.shm.layout.BroadcastWord;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;

/**
 * The state machine of a slot of a broadcast. One word has the lap, and who is to read the message yet, and who does.
 *
 * <pre>
 *             claim              commit                  the last bit out
 *   EMPTY(l) -------> WRITING(P,l) -----> FULL(l,readers) ---------------> FREEING(Q,l) --.
 *      ^                |    |            read, done, drop                                |
 *      |                |    | skip                                                       |
 *      |    finish      |    v              finish                                        |
 *      `----------------'   SKIPPED(P,l) ------------> EMPTY(l+1) &lt;------------------------'
 *
 *   pass: SKIPPED, FREEING, FULL that nobody is to read but those who do, of l -> the same of l+1
 * </pre>
 *
 * The slot's cell and payload are its owner's in WRITING, SKIPPED and FREEING. In FULL nobody writes them, and they are there
 * for whoever has a bit: a bit of those that read is taken out by its own reader alone, or by whoever reclaims it.
 *
 * <p>Threads and processes: each arrow is one CAS from the exact word seen; false means that the word had changed and
 * nothing was done.
 */
public final class BroadcastStates {
    public static long empty(int lap) {
        return BroadcastWord.pack(BroadcastState.EMPTY.code(), lap, 0, 0);
    }

    /** The state of a word; null for one that there is not. */
    public static BroadcastState of(long word) {
        BroadcastState state = BroadcastState.of(BroadcastWord.state(word));
        if (state == null) {
            return null;
        }
        int pending = BroadcastWord.pending(word);
        boolean fits = switch (state) {
            case EMPTY -> pending == 0 && BroadcastWord.reading(word) == 0;
            case FULL -> (pending | BroadcastWord.reading(word)) != 0;
            default -> pending >= 1 && pending <= RegionMap.PARTICIPANTS && BroadcastWord.reading(word) == 0;
        };
        return fits ? state : null;
    }

    /** Who has a slot in WRITING, SKIPPED or FREEING; 0 in other states. */
    public static int owner(long word) {
        BroadcastState state = of(word);
        return state == null || !state.isOwned() ? 0 : BroadcastWord.pending(word);
    }

    /** EMPTY(l) → WRITING(P,l), by a sender. Dies after: whoever reclaims P empties the slot; subscribers go past it. */
    public static boolean claim(SharedMemory memory, long at, long empty, int owner) {
        return memory.compareAndSetLong(at, empty, owned(BroadcastState.WRITING, empty, owner));
    }

    /** The word that {@link #claim} leaves. */
    public static long writing(long empty, int owner) {
        return owned(BroadcastState.WRITING, empty, owner);
    }

    /** WRITING(P,l) → FULL(l), by P, once all is written. Decides that it is sent. Dies after: nothing is left to do. */
    public static boolean commit(SharedMemory memory, long at, long writing, int readers) {
        return memory.compareAndSetLong(
                at, writing, BroadcastWord.pack(BroadcastState.FULL.code(), BroadcastWord.lap(writing), readers, 0));
    }

    /**
     * WRITING(P) → SKIPPED(P) of the lap that is over, by a subscriber that has seen a later message, or a sender that has
     * come round. P sends its own at a later position. Dies after: nothing is left to do.
     *
     * @param lap that is over: the word's, or the next
     */
    public static boolean skip(SharedMemory memory, long at, long writing, int lap) {
        return memory.compareAndSetLong(
                at, writing, BroadcastWord.pack(BroadcastState.SKIPPED.code(), lap, BroadcastWord.pending(writing), 0));
    }

    /** FULL: a subscription begins to read. Dies after: whoever reclaims it takes its bit out. */
    public static boolean read(SharedMemory memory, long at, long full, int bit) {
        return memory.compareAndSetLong(
                at,
                full,
                BroadcastWord.pack(
                        BroadcastState.FULL.code(),
                        BroadcastWord.lap(full),
                        BroadcastWord.pending(full) & ~bit,
                        BroadcastWord.reading(full) | bit));
    }

    /**
     * FULL: bits out. The last one makes it FREEING, of whoever took it out.
     *
     * <p>Dies after: nothing is left to do, or as FREEING: whoever reclaims frees the message.
     *
     * @return the word that is there now; 0 where it had changed
     */
    public static long without(SharedMemory memory, long at, long full, int pending, int reading, int owner) {
        int pendingLeft = BroadcastWord.pending(full) & ~pending;
        int readingLeft = BroadcastWord.reading(full) & ~reading;
        long fewer = (pendingLeft | readingLeft) == 0
                ? owned(BroadcastState.FREEING, full, owner)
                : BroadcastWord.pack(BroadcastState.FULL.code(), BroadcastWord.lap(full), pendingLeft, readingLeft);
        return memory.compareAndSetLong(at, full, fewer) ? fewer : 0;
    }

    /**
     * SKIPPED, FREEING, or FULL with readers only, of l → the same of l+1, by a sender whose turn is l+1. Dies after: nothing is
     * left to do.
     */
    public static boolean pass(SharedMemory memory, long at, long word) {
        return memory.compareAndSetLong(
                at,
                word,
                BroadcastWord.pack(
                        BroadcastWord.state(word),
                        BroadcastWord.lap(word) + 1,
                        BroadcastWord.pending(word),
                        BroadcastWord.reading(word)));
    }

    /**
     * WRITING(P,l), SKIPPED(P,l), FREEING(P,l) → EMPTY(l+1), by P, which has emptied the cell, or by whoever reclaims P,
     * however often the slot was passed meanwhile. Dies after: nothing is left to do.
     */
    public static void finishOwn(SharedMemory memory, long at, int owner) {
        long word = memory.getLongAcquire(at);
        while (owner(word) == owner && !memory.compareAndSetLong(at, word, empty(BroadcastWord.lap(word) + 1))) {
            word = memory.getLongAcquire(at);
        }
    }

    private static long owned(BroadcastState state, long word, int owner) {
        return BroadcastWord.pack(state.code(), BroadcastWord.lap(word), owner, 0);
    }

    private BroadcastStates() {}
}
