package io.shm.ledger;

import java.lang.StackWalker.StackFrame;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sites of frames that were met before: to read a frame's line takes longer than to find it here.
 *
 * <p>Kept by class, not by its name, so that two versions of a class in two loaders are two; and weakly, so that a loader
 * can go. Threads: safe.
 */
final class FrameSites {
    /** A frame that is not to blame: the toolkit's own, or a wrapper's. */
    static final Site PASSED_OVER = Site.of("", "(passed over)", "", 0);

    private static final ClassValue<FrameSites> OF_CLASS = new ClassValue<>() {
        @Override
        protected FrameSites computeValue(Class<?> type) {
            return new FrameSites();
        }
    };

    private final Map<Place, Known> known = new ConcurrentHashMap<>();
    /** What {@link #known} was found out under. A benign race: at worst something is found out twice. */
    private volatile Object transparency = Transparency.state();

    /** The frame's site, the same object for the same place; or {@link #PASSED_OVER}. The frame has its class. */
    static Site of(StackFrame frame) {
        return Toolkit.isOurs(frame.getClassName())
                ? PASSED_OVER
                : OF_CLASS.get(frame.getDeclaringClass()).find(frame).blamed();
    }

    /** The frame's site, whoever it is; the same object for the same place. */
    static Site lineOf(StackFrame frame) {
        return OF_CLASS.get(frame.getDeclaringClass()).find(frame).line();
    }

    /** The class has other code from now on: its places may be other lines. */
    static void forget(Class<?> type) {
        OF_CLASS.remove(type);
    }

    /** Not computed inside the map: to look for annotations may run the code of a class loader, and that may allocate. */
    private Known find(StackFrame frame) {
        Object now = Transparency.state();
        if (transparency != now) {
            known.clear();
            transparency = now;
        }
        Place place = new Place(frame.getMethodName(), frame.getDescriptor(), frame.getByteCodeIndex());
        Known found = known.get(place);
        if (found == null) {
            boolean wrapper =
                    Transparency.isTransparent(frame.getDeclaringClass(), frame.getMethodName(), frame.getMethodType());
            Site line = Site.of(frame.toStackTraceElement());
            Known mine = new Known(line, wrapper ? PASSED_OVER : line);
            Known other = known.putIfAbsent(place, mine);
            found = other == null ? mine : other;
        }
        return found;
    }

    private record Known(Site line, Site blamed) {}

    /** A place in the code of a class, cheaper to read from a frame than its line. */
    private record Place(String method, String descriptor, int index) {}
}
