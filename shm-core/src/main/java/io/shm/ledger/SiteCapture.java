package io.shm.ledger;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How the line of an allocation is found when the caller does not name it: by walking the stack to the first frame
 * outside the toolkit that is no wrapper ({@link Transparent}). A walk takes more than a microsecond; a {@link Site}
 * constant, or a woven call, takes next to nothing.
 *
 * <p>Immutable and safe for all threads.
 */
public final class SiteCapture {
    // Java 25 tells a frame's descriptor only to a walker that keeps class references.
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final int every;
    private final AtomicInteger turn = new AtomicInteger();

    private SiteCapture(int every) {
        this.every = every;
    }

    /** Every allocation without a site walks the stack: the default. */
    public static SiteCapture always() {
        return new SiteCapture(1);
    }

    /** One allocation in n walks the stack; the others have the unknown site. */
    public static SiteCapture oneIn(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("one in n with n of at least 1, not " + n);
        }
        return new SiteCapture(n);
    }

    /** No stack is walked; allocations without a site have the unknown one. */
    public static SiteCapture off() {
        return new SiteCapture(0);
    }

    /** The line that called the toolkit, or the unknown site. */
    public Site capture() {
        if (every == 0 || (every > 1 && Integer.remainderUnsigned(turn.getAndIncrement(), every) != 0)) {
            return Site.UNKNOWN;
        }
        return WALKER.walk(frames -> frames.map(FrameSites::of)
                .filter(site -> !site.equals(FrameSites.PASSED_OVER))
                .findFirst()
                .orElse(Site.UNKNOWN));
    }

    /** To be called when a class was given other code: what is remembered of its lines is forgotten. */
    public static void redefined(Class<?> type) {
        FrameSites.forget(type);
    }
}
