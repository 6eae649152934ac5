package io.shm.cli.render;

/**
 * A column of a table.
 *
 * @param key its name for {@code --columns} and {@code --sort}; in upper case its head
 * @param kind how its values are written and aligned
 * @param shown whether the table has it when nobody asks for columns
 */
public record Column(String key, Kind kind, boolean shown) {
    /** How a value is written. Values are null, where there is none, or as told here. */
    public enum Kind {
        /** Text from anywhere, escaped. */
        TEXT,
        /** A call site, as text; gives way when the terminal is narrow. */
        SITE,
        /** A Long, with separators. */
        COUNT,
        /** A Long, human above a million. */
        BYTES,
        /** A Long, written without separators: a pid, a line, an index. */
        NUMBER,
        /** A Long, in hex: a place in the region. */
        OFFSET,
        /** An Instant, as how long ago that was. */
        AGE,
        /** Text, right-aligned as numbers are. */
        FIGURE;

        public boolean isRightAligned() {
            return this != TEXT && this != SITE;
        }
    }

    public static Column shown(String key, Kind kind) {
        return new Column(key, kind, true);
    }

    public static Column extra(String key, Kind kind) {
        return new Column(key, kind, false);
    }
}
