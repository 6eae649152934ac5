package io.shm.cli.render;

/**
 * Colours, used sparingly: what is wrong or needs a look, and the head of a table; a map has more of them. Off, it paints
 * nothing.
 */
public enum Paint {
    PLAIN(""),
    HEAD("\u001b[1m"),
    FAINT("\u001b[2m"),
    GOOD("\u001b[32m"),
    WARN("\u001b[33m"),
    BAD("\u001b[31m"),
    BLUE("\u001b[34m"),
    MAGENTA("\u001b[35m"),
    CYAN("\u001b[36m");

    private static final char ESCAPE = '\u001b';
    private static final String RESET = ESCAPE + "[0m";

    private final String start;

    Paint(String start) {
        this.start = start;
    }

    public String on(String text, boolean colour) {
        return colour && !start.isEmpty() && !text.isEmpty() ? start + text + RESET : text;
    }

    /** As {@link Text#cut}, for a line that may be painted: paint takes no room, and ends where the line is cut. */
    public static String cut(String line, int columns) {
        if (line.indexOf(ESCAPE) < 0) {
            return Text.cut(line, columns);
        }
        StringBuilder cut = new StringBuilder(line.length());
        int left = columns;
        for (int i = 0; i < line.length(); ) {
            int escape = line.indexOf(ESCAPE, i);
            String text = line.substring(i, escape < 0 ? line.length() : escape);
            int width = Text.width(text);
            if (width > left) {
                return cut.append(Text.cut(text, left)).append(RESET).toString();
            }
            cut.append(text);
            left -= width;
            int end = escape < 0 ? line.length() : line.indexOf('m', escape) + 1;
            cut.append(line, i + text.length(), end);
            i = end;
        }
        return cut.toString();
    }
}
