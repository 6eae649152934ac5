package io.shm.cli.render;

/** Call sites in less space than they need. */
public final class Sites {
    private Sites() {}

    /**
     * First the packages become initials, from the left ({@code c.a.md.Rx.poll(Rx.java:17)}), then the front is cut:
     * what tells one site from another stands at the end.
     */
    public static String shorten(String site, int columns) {
        int place = site.indexOf('(');
        if (Text.width(site) <= columns || place <= 0) {
            return Text.cutStart(site, columns);
        }
        String shorter = site;
        int from = 0;
        while (Text.width(shorter) > columns) {
            int dot = shorter.indexOf('.', from);
            if (dot < 0 || !isPackage(shorter, from, dot)) {
                break;
            }
            int initial = Character.charCount(shorter.codePointAt(from));
            shorter = shorter.substring(0, from + initial) + shorter.substring(dot);
            from += initial + 1;
        }
        return Text.cutStart(shorter, columns);
    }

    /** Whether the part up to the dot is followed by a class: at least two more parts before the bracket. */
    private static boolean isPackage(String site, int from, int dot) {
        int bracket = site.indexOf('(');
        int next = site.indexOf('.', dot + 1);
        return dot > from && next > 0 && next < bracket;
    }
}
