package io.shm.cli.command;

import io.shm.cli.render.Column;
import io.shm.cli.render.Gauge;
import io.shm.cli.render.Look;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import io.shm.cli.render.Text;
import io.shm.cli.render.TopProcess;
import io.shm.cli.render.TopProcessShape;
import io.shm.cli.render.TopSite;
import io.shm.cli.render.TopSiteShape;
import io.shm.inspect.Accounts;
import io.shm.inspect.Identity;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One frame of the live view, as the lines of a screen of some size. */
final class TopFrame {
    private static final int NARROW = 60;
    /** With fewer lines there is no room for what is only nice. */
    private static final int LOW = 16;

    private final TopView view;
    private final Picture picture;
    private final Look look;
    private final TopOrder order;
    private final int columns;
    private final int rows;
    private final List<String> lines = new ArrayList<>();

    /** @param rows lines of the screen; as many as needed are written if it is the largest number */
    TopFrame(TopView view, Look look, TopOrder order, int rows, int columns) {
        this.view = view;
        this.picture = view.picture();
        this.look = look;
        this.order = order;
        this.rows = rows;
        this.columns = columns;
    }

    /** The lines; the last one is the foot, where there is one. */
    List<String> lines(String foot) throws IOException {
        head();
        boolean isLow = rows < LOW;
        if (!isLow) {
            history();
            lines.add("");
        }
        int room = rows - lines.size() - (foot.isEmpty() ? 0 : 1);
        // Processes get a third of what is left, and what lines of code do not need.
        List<TopProcess> processes = view.processes(order);
        List<TopSite> sites = view.sites(order);
        int perTable = isLow ? 1 : 2;
        int shownProcesses =
                Math.min(processes.size(), Math.max(room / 3 - perTable, room - sites.size() - 2 * perTable));
        if (shownProcesses > 0) {
            room -= table(processes, shownProcesses, new TopProcessShape(columns), isLow);
        }
        if (room > 1) {
            table(sites, Math.min(sites.size(), room - 1), new TopSiteShape(columns), true);
        }
        if (!foot.isEmpty()) {
            while (rows != Integer.MAX_VALUE && lines.size() < rows - 1) {
                lines.add("");
            }
            lines.add(foot);
        }
        return lines;
    }

    private void head() {
        Identity is = picture.identity();
        Accounts accounts = picture.accounts();
        String title = look.paint(Paint.HEAD, Text.safe(is.reference())) + "  " + Numbers.size(is.mapped());
        String copy = is.copy() ? look.paint(Paint.WARN, "  a copy") : "";
        boolean isNarrow = columns < NARROW;
        lines.add(
                isNarrow
                        ? title + copy
                        : title + ", level " + is.level() + ", made "
                                + look.age(is.createdAt()) + " ago, "
                                + Numbers.counted(picture.processes().size(), "process") + copy);
        String faults =
                picture.faults() == 0 ? "no faults" : look.paint(Paint.BAD, Numbers.counted(picture.faults(), "fault"));
        String rates = rate(view.allocations()) + " alloc/s  " + rate(view.frees()) + " free/s";
        String blocks = Numbers.counted(picture.blocks(), "block");
        if (isNarrow) {
            lines.add(blocks + ", " + faults);
            lines.add(rates);
        } else {
            lines.add(blocks + " of " + Numbers.sizeInWords(accounts.live()) + "  " + rates + "  " + faults);
        }
        bar(accounts);
    }

    private static String rate(double perSecond) {
        return Numbers.grouped(Math.round(perSecond));
    }

    /** What is taken of the whole: tables and the like, then blocks and what goes with them, then what is free. */
    private void bar(Accounts accounts) {
        long total = accounts.total();
        long tables = accounts.header() + accounts.tables() + accounts.ledger() + accounts.overhead() + accounts.tail();
        long used = accounts.live() + accounts.slack() + accounts.building() + accounts.quarantined();
        String share = " " + Numbers.percent(total - accounts.free(), total) + " taken";
        String free = columns < NARROW
                ? ""
                : "  " + Numbers.sizeInWords(accounts.free()) + " free, largest "
                        + Numbers.sizeInWords(picture.largestFree());
        int width = Math.max(8, Math.min(60, columns - share.length() - free.length() - 2));
        int fixed = (int) Math.min(width, Math.round((double) tables / total * width));
        String blocks = Gauge.bar(used, total, width);
        blocks = blocks.substring(0, Math.min(blocks.length(), width - fixed));
        Paint paint = accounts.free() * 10 < total ? Paint.BAD : accounts.free() * 4 < total ? Paint.WARN : Paint.GOOD;
        lines.add("[" + look.paint(Paint.FAINT, "▒".repeat(fixed)) + look.paint(paint, blocks)
                + " ".repeat(width - fixed - blocks.length()) + "]" + share + free);
    }

    private void history() {
        int width = Math.min(columns, 100) / 2 - 8;
        if (width < 8) {
            return;
        }
        String live = Gauge.line(view.liveThen(), width);
        String allocations = Gauge.line(view.allocationsThen(), width);
        lines.add(look.paint(Paint.FAINT, "bytes ")
                + look.paint(Paint.GOOD, live)
                + " ".repeat(width - live.length() + 2)
                + look.paint(Paint.FAINT, "alloc/s ")
                + look.paint(Paint.CYAN, allocations));
    }

    /** How many lines it took. */
    private <T> int table(List<T> all, int shown, Shape<T> shape, boolean isLast) throws IOException {
        StringBuilder text = new StringBuilder();
        List<Column> usual = Table.shown(shape);
        Table<T> table = new Table<>(text, look, shape, usual, "");
        for (T row : all.subList(0, Math.max(0, shown))) {
            table.add(row);
        }
        table.finish();
        List<String> written = text.toString().lines().toList();
        lines.addAll(written);
        if (!isLast && !written.isEmpty()) {
            lines.add("");
            return written.size() + 1;
        }
        return written.size();
    }
}
