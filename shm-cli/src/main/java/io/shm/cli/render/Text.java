package io.shm.cli.render;

/** Text for a terminal: made harmless, and measured in the columns that it takes. */
public final class Text {
    private Text() {}

    /**
     * The text with everything that could move the cursor, hide or reorder its neighbours as a {@code \}-escape:
     * control and format characters, line separators, unpaired surrogates, private and unassigned code points. Null
     * gives the empty text.
     */
    public static String safe(String text) {
        if (text == null) {
            return "";
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                return escaped(text, i);
            }
        }
        return text;
    }

    private static String escaped(String text, int from) {
        StringBuilder to = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isHarmless(c)) {
                to.appendCodePoint(c);
            } else {
                escape(c, to);
            }
        }
        return to.toString();
    }

    private static void escape(int c, StringBuilder to) {
        switch (c) {
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            case 0x1b -> to.append("\\e");
            default -> {
                if (c < 0x100) {
                    hex(c, 2, to.append("\\x"));
                } else if (c < 0x10000) {
                    hex(c, 4, to.append("\\u"));
                } else {
                    hex(c, 6, to.append("\\U"));
                }
            }
        }
    }

    private static boolean isHarmless(int c) {
        if (c < 0x7f) {
            return c >= 0x20;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    static void hex(long value, int digits, StringBuilder to) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            to.append(Character.forDigit((int) (value >>> shift) & 0xf, 16));
        }
    }

    /** Columns that the text takes in a terminal: two for East Asian wide characters and emoji, none for marks. */
    public static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (c < 0x300) {
                width++;
                i++;
            } else {
                int point = text.codePointAt(i);
                width += width(point);
                i += Character.charCount(point);
            }
        }
        return width;
    }

    private static int width(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            default -> WideCharacters.contains(c) ? 2 : 1;
        };
    }

    /** The longest start of the text that fits, with its last column an ellipsis where something was cut. */
    public static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        int width = 0;
        int end = 0;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            if (width + width(c) > columns - 1) {
                break;
            }
            width += width(c);
            end += Character.charCount(c);
        }
        return columns < 1 ? "" : text.substring(0, end) + "…";
    }

    /** As {@link #cut}, but keeps the end: of a call site that is the method and the line. */
    public static String cutStart(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        int width = 0;
        int start = text.length();
        while (start > 0) {
            int c = text.codePointBefore(start);
            if (width + width(c) > columns - 1) {
                break;
            }
            width += width(c);
            start -= Character.charCount(c);
        }
        return columns < 1 ? "" : "…" + text.substring(start);
    }
}
