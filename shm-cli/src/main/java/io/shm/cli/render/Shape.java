package io.shm.cli.render;

import java.util.List;

/** What a table shows of its rows: the columns there are, and the value of a row in each. */
public abstract class Shape<T> {
    private static final int NARROW = 72;

    private final List<Column> columns;

    protected Shape(List<Column> columns) {
        this.columns = columns;
    }

    /** @param columns of the terminal: a narrow one has fewer of the table's */
    protected Shape(int columns, List<Column> narrow, List<Column> wide) {
        this(columns < NARROW ? narrow : wide);
    }

    public final List<Column> columns() {
        return columns;
    }

    /** The value in a column, of the type that the column's kind asks for; null for none. */
    public abstract Object value(T row, String key);

    /** The colour of a value, where it deserves one. */
    public Paint paint(T row, String key) {
        return Paint.PLAIN;
    }
}
