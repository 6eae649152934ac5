package io.shm.cli.render;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes rows as aligned columns.
 *
 * <p>The widths come from the first {@value #LOOK_AHEAD} rows; those behind them are written as they come, so a
 * table of millions of rows needs no memory, and a column grows when a value does not fit. In a terminal the site
 * column is shortened until a row fits a line; in a pipe nothing is ever cut.
 */
public final class Table<T> {
    private static final int LOOK_AHEAD = 1000;
    private static final String GAP = "  ";
    private static final int NARROWEST_SITE = 16;

    private final Appendable to;
    private final Look look;
    private final Shape<T> shape;
    private final List<Column> columns;
    private final int[] widths;
    private final String indent;
    private List<String[]> waiting = new ArrayList<>();
    private List<Paint[]> paints = new ArrayList<>();
    private int siteWidth = Integer.MAX_VALUE;

    public Table(Appendable to, Look look, Shape<T> shape) {
        this(to, look, shape, shown(shape), "");
    }

    public Table(Appendable to, Look look, Shape<T> shape, List<Column> columns, String indent) {
        this.to = to;
        this.look = look;
        this.shape = shape;
        this.columns = columns;
        this.indent = indent;
        this.widths = new int[columns.size()];
    }

    /** The columns that a table has when nobody asks for others. */
    public static List<Column> shown(Shape<?> shape) {
        List<Column> shown = new ArrayList<>();
        for (Column column : shape.columns()) {
            if (column.shown()) {
                shown.add(column);
            }
        }
        return shown;
    }

    public void add(T row) throws IOException {
        String[] cells = new String[columns.size()];
        Paint[] colours = look.colour() ? new Paint[cells.length] : null;
        for (int i = 0; i < cells.length; i++) {
            Column column = columns.get(i);
            cells[i] = look.text(column.kind(), shape.value(row, column.key()));
            if (colours != null) {
                colours[i] = shape.paint(row, column.key());
            }
        }
        if (waiting == null) {
            measure(cells);
            line(cells, colours);
            return;
        }
        waiting.add(cells);
        paints.add(colours);
        if (waiting.size() == LOOK_AHEAD) {
            release();
        }
    }

    /** Writes what is still held back. A table without rows has no head either. */
    public void finish() throws IOException {
        if (waiting != null && !waiting.isEmpty()) {
            release();
        }
    }

    private void release() throws IOException {
        String[] head = head();
        if (look.headings()) {
            measure(head);
        }
        for (String[] cells : waiting) {
            measure(cells);
        }
        fitSites();
        if (look.headings()) {
            line(head, look.colour() ? bold(head.length) : null);
        }
        for (int i = 0; i < waiting.size(); i++) {
            line(waiting.get(i), paints.get(i));
        }
        waiting = null;
        paints = null;
    }

    private String[] head() {
        String[] head = new String[columns.size()];
        for (int i = 0; i < head.length; i++) {
            head[i] = columns.get(i).key().toUpperCase(java.util.Locale.ROOT);
        }
        return head;
    }

    private static Paint[] bold(int cells) {
        Paint[] bold = new Paint[cells];
        Arrays.fill(bold, Paint.HEAD);
        return bold;
    }

    private void measure(String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            int width = Text.width(cells[i]);
            if (columns.get(i).kind() == Column.Kind.SITE) {
                width = Math.min(width, siteWidth);
            }
            widths[i] = Math.max(widths[i], width);
        }
    }

    private void fitSites() {
        if (look.width() == null) {
            return;
        }
        int sites = 0;
        int others = indent.length() + GAP.length() * (widths.length - 1);
        for (int i = 0; i < widths.length; i++) {
            if (columns.get(i).kind() == Column.Kind.SITE) {
                sites++;
            } else {
                others += widths[i];
            }
        }
        if (sites == 0) {
            return;
        }
        siteWidth = Math.max(NARROWEST_SITE, (look.width().getAsInt() - others) / sites);
        for (int i = 0; i < widths.length; i++) {
            if (columns.get(i).kind() == Column.Kind.SITE) {
                widths[i] = Math.min(widths[i], siteWidth);
            }
        }
    }

    private void line(String[] cells, Paint[] colours) throws IOException {
        StringBuilder line = new StringBuilder(indent);
        int end = 0;
        for (int i = 0; i < cells.length; i++) {
            Column column = columns.get(i);
            String cell = column.kind() == Column.Kind.SITE && siteWidth != Integer.MAX_VALUE
                    ? Sites.shorten(cells[i], siteWidth)
                    : cells[i];
            int padding = widths[i] - Text.width(cell);
            if (i > 0) {
                line.append(GAP);
            }
            if (column.kind().isRightAligned()) {
                pad(line, padding);
            }
            line.append(colours == null ? cell : colours[i].on(cell, true));
            if (!cell.isEmpty()) {
                end = line.length();
            }
            if (!column.kind().isRightAligned()) {
                pad(line, padding);
            }
        }
        line.setLength(Math.max(end, 0));
        to.append(line).append('\n');
    }

    private static void pad(StringBuilder line, int columns) {
        for (int i = 0; i < columns; i++) {
            line.append(' ');
        }
    }
}
