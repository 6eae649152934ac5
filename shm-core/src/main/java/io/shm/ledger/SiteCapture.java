package io.shm.ledger;

import java.lang.StackWalker.StackFrame;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How the line of an allocation is found when the caller does not name it: by walking the stack to the first frame
 * outside the toolkit. A walk takes more than a microsecond; a {@link Site} constant takes next to nothing.
 *
 * <p>Immutable and safe for all threads.
 */
public final class SiteCapture {
    // Java 25 tells a frame's descriptor only to a walker that keeps class references.
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final Set<String> OURS = Set.of("io.shm.Region", "io.shm.heap.Block");

    private final int every;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Place, Site> known = new ConcurrentHashMap<>();

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
        StackFrame frame = WALKER.walk(frames ->
                frames.filter(f -> !isOurs(f.getClassName())).findFirst().orElse(null));
        return frame == null ? Site.UNKNOWN : known.computeIfAbsent(Place.of(frame), place -> siteOf(frame));
    }

    private static Site siteOf(StackFrame frame) {
        return Site.of(frame.toStackTraceElement());
    }

    private static boolean isOurs(String className) {
        return OURS.contains(className) || className.equals(SiteCapture.class.getName());
    }

    /** A place in the code, cheaper to read from a frame than its line. */
    private record Place(String className, String method, String descriptor, int index) {
        static Place of(StackFrame frame) {
            return new Place(
                    frame.getClassName(), frame.getMethodName(), frame.getDescriptor(), frame.getByteCodeIndex());
        }
    }
}
