package io.shm.ledger;

import java.util.Objects;

/**
 * A line of code that allocates, frees or publishes. Keep it in a constant:
 *
 * <pre>{@code
 * private static final Site RECEIVE = Site.here("receive");
 * ...
 * Block block = region.allocate(1024, RECEIVE);
 * }</pre>
 *
 * Names may be of any length and alphabet. Immutable and safe for all threads; the same object may be used with any
 * number of regions.
 */
public final class Site {
    /** A site that is not known. */
    public static final Site UNKNOWN = new Site("", "", "", 0);

    private final String className;
    private final String method;
    private final String file;
    private final int line;

    /**
     * The last answer of a region's site table: the table's number in the high half, the id in the low half. A benign
     * race: the word is written whole, and each value is right for the table that it names.
     */
    long cached;

    private Site(String className, String method, String file, int line) {
        this.className = Objects.requireNonNull(className, "class name");
        this.method = Objects.requireNonNull(method, "method");
        this.file = file == null ? "" : file;
        this.line = Math.max(0, line);
    }

    /** The line that calls this method. */
    public static Site here() {
        return caller();
    }

    /**
     * The line that calls this method, under a name of its own: in a constant the method would be {@code <clinit>}.
     *
     * @param name stands where the method's name would
     */
    public static Site here(String name) {
        Site here = caller();
        return new Site(here.className, name, here.file, here.line);
    }

    /** A site named by hand; file may be null and line 0 where unknown. */
    public static Site of(String className, String method, String file, int line) {
        return new Site(className, method, file, line);
    }

    public static Site of(StackTraceElement element) {
        return new Site(
                element.getClassName(), element.getMethodName(), element.getFileName(), element.getLineNumber());
    }

    private static Site caller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !f.getClassName().equals(Site.class.getName()))
                        .findFirst()
                        .map(f -> of(f.toStackTraceElement()))
                        .orElse(UNKNOWN));
    }

    public String className() {
        return className;
    }

    public String method() {
        return method;
    }

    /** Empty where unknown. */
    public String file() {
        return file;
    }

    /** 0 where unknown. */
    public int line() {
        return line;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Site site
                && className.equals(site.className)
                && method.equals(site.method)
                && file.equals(site.file)
                && line == site.line;
    }

    @Override
    public int hashCode() {
        return Objects.hash(className, method, file, line);
    }

    /** As a stack trace shows it: {@code com.acme.Send.add(Send.java:41)}. */
    @Override
    public String toString() {
        if (className.isEmpty()) {
            return "(unknown)";
        }
        String place = file.isEmpty() ? "Unknown Source" : line > 0 ? file + ":" + line : file;
        return className + (method.isEmpty() ? "" : "." + method) + "(" + place + ")";
    }
}
