package io.shm.inspect;

import java.util.Arrays;

/** How far a reader of a region's trace has come; for one reader, from one look to the next. */
public final class EventCursor {
    private static final long NOWHERE = -1;

    private final boolean waits;
    private long[] at = {};
    private long[] waitedFor = {};

    private EventCursor(boolean waits) {
        this.waits = waits;
    }

    /** From the oldest event that is there on. */
    public static EventCursor once() {
        return new EventCursor(false);
    }

    /** The same, and an entry that is not complete is looked at once more before it is passed over. */
    public static EventCursor following() {
        return new EventCursor(true);
    }

    void fit(int rings) {
        if (at.length != rings) {
            at = new long[rings];
            waitedFor = new long[rings];
            Arrays.fill(at, NOWHERE);
            Arrays.fill(waitedFor, NOWHERE);
        }
    }

    /** The next number to read; what was written over is passed. */
    long from(int ring, long next, int entries) {
        boolean isLost = at[ring] > next;
        return Math.max(isLost ? next : Math.max(0, at[ring]), next - entries);
    }

    /** How many were written over before this look: at the first one, all before the oldest that is there. */
    long missed(int ring, long from) {
        return at[ring] > from ? 0 : from - Math.max(0, at[ring]);
    }

    /** Whether to leave an entry that is not complete for the next look. */
    boolean waitsFor(int ring, long number) {
        if (!waits || waitedFor[ring] == number) {
            return false;
        }
        waitedFor[ring] = number;
        return true;
    }

    void readUpTo(int ring, long number) {
        at[ring] = number;
    }
}
