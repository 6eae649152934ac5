package io.shm.ledger;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes the whole stack of one allocation in so many bytes of each thread, and interns it in the region.
 *
 * <p>Which one is a matter of bytes, beginning at random: so what allocates most is seen most, also where threads are many
 * and short. A stack is an entry of the site table, made of frames that are entries too; both share the table with the
 * sites. So that these never want for room, no new stack is taken once half of the table or of the texts is used.
 *
 * <p>Threads: safe. A crash leaves frames that no stack has, or a stack that no record has.
 */
public final class Stacks {
    /** Requested bytes of a thread from one stack to the next. */
    public static final long INTERVAL_BYTES = 512 << 10;
    /** The innermost ones are kept. */
    public static final int MOST_FRAMES = 64;

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final Sites sites;
    /** How many bytes a thread has left until its next stack. */
    private final ThreadLocal<long[]> left = ThreadLocal.withInitial(
            () -> new long[] {ThreadLocalRandom.current().nextLong(INTERVAL_BYTES)});

    private final Map<List<Site>, Integer> known = new ConcurrentHashMap<>();
    private volatile boolean full;

    public Stacks(Sites sites) {
        this.sites = sites;
    }

    /** The id of the caller's stack if it is this allocation's turn; 0 if it is not, or there is no room for it. */
    public int sample(long size) {
        long[] mine = left.get();
        if ((mine[0] -= size) > 0) {
            return 0;
        }
        mine[0] = INTERVAL_BYTES - -mine[0] % INTERVAL_BYTES;
        return full ? 0 : capture();
    }

    private int capture() {
        List<Site> frames = WALKER.walk(all -> all.dropWhile(frame -> Toolkit.isOurs(frame.getClassName()))
                .limit(MOST_FRAMES)
                .map(FrameSites::lineOf)
                .toList());
        Integer id = known.get(frames);
        return id != null ? id : intern(frames);
    }

    private int intern(List<Site> frames) {
        full = !sites.hasRoomForStacks();
        if (full) {
            return 0;
        }
        int id = sites.idOfStack(frames);
        known.put(frames, id);
        return id;
    }
}
