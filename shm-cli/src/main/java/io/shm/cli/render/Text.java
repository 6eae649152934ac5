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
            default -> isWide(c) ? 2 : 1;
        };
    }

    /** The wide and full-width ranges of Unicode's East Asian Width table, rounded to whole blocks. */
    private static boolean isWide(int c) {
        if (c < 0x1100) {
            return false;
        }
        return c <= 0x115f
                || c >= 0x231a && c <= 0x231b
                || c >= 0x23e9 && c <= 0x23f3
                || c >= 0x25fd && c <= 0x25fe
                || isWideSymbol(c)
                || c >= 0x2e80 && c <= 0x303e
                || c >= 0x3041 && c <= 0x4dbf
                || c >= 0x4e00 && c <= 0xa4cf
                || c >= 0xa960 && c <= 0xa97f
                || c >= 0xac00 && c <= 0xd7a3
                || c >= 0xf900 && c <= 0xfaff
                || c >= 0xfe30 && c <= 0xfe6f
                || c >= 0xff01 && c <= 0xff60
                || c >= 0xffe0 && c <= 0xffe6
                || c >= 0x16fe0 && c <= 0x1b2ff
                || c >= 0x1f004 && c <= 0x1f0cf
                || c >= 0x1f18e && c <= 0x1f19a
                || c >= 0x1f200 && c <= 0x1f64f
                || c >= 0x1f680 && c <= 0x1f6ff
                || c >= 0x1f7e0 && c <= 0x1f7eb
                || c >= 0x1f90c && c <= 0x1faff
                || c >= 0x20000 && c <= 0x3fffd;
    }

    /** Those of the miscellaneous symbols that terminals show as emoji. */
    private static boolean isWideSymbol(int c) {
        return c >= 0x2614 && c <= 0x2615
                || c >= 0x2648 && c <= 0x2653
                || c == 0x267f
                || c == 0x2693
                || c == 0x26a1
                || c >= 0x26aa && c <= 0x26ab
                || c >= 0x26bd && c <= 0x26be
                || c >= 0x26c4 && c <= 0x26c5
                || c == 0x26ce
                || c == 0x26d4
                || c == 0x26ea
                || c >= 0x26f2 && c <= 0x26f3
                || c == 0x26f5
                || c == 0x26fa
                || c == 0x26fd
                || c == 0x2705
                || c >= 0x270a && c <= 0x270b
                || c == 0x2728
                || c == 0x274c
                || c == 0x274e
                || c >= 0x2753 && c <= 0x2757
                || c >= 0x2795 && c <= 0x2797
                || c == 0x27b0
                || c == 0x27bf
                || c >= 0x2b1b && c <= 0x2b1c
                || c == 0x2b50
                || c == 0x2b55;
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
