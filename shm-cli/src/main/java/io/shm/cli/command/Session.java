package io.shm.cli.command;

import io.shm.cli.render.Column;
import io.shm.cli.render.Json;
import io.shm.cli.render.Look;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a verb has while it runs: where its output goes, how that is to look, and whom it can ask. */
public final class Session {
    private final Globals globals;
    private final Look look;
    private final Appendable out;
    private final PrintStream err;
    private final Terminal terminal;

    public Session(Globals globals, Look look, Appendable out, PrintStream err, Terminal terminal) {
        this.globals = globals;
        this.look = look;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    public boolean json() {
        return globals.json;
    }

    public Look look() {
        return look;
    }

    /** The same with ages as of now: for what was found later than the session began. */
    Session asOfNow() {
        Look later = new Look(look.headings(), look.plainNumbers(), look.colour(), look.width(), Instant.now());
        return new Session(globals, later, out, err, terminal);
    }

    public Appendable out() {
        return out;
    }

    public Terminal terminal() {
        return terminal;
    }

    /** What {@code -o} names, for a verb that writes it itself; null if it was not given. */
    Path file() {
        return globals.output;
    }

    /** A line of output. */
    public void line(String text) throws IOException {
        out.append(text).append('\n');
    }

    /** A line that sums up a table, for people; left out where they want none. */
    public void sum(String text) throws IOException {
        if (!globals.quiet && !globals.noHeadings) {
            line(text);
        }
    }

    /** What happened, for people who did not ask for silence. */
    public void told(String text) throws IOException {
        if (!globals.quiet) {
            line(text);
        }
    }

    /** A remark beside the output. */
    public void remark(String text) {
        if (!globals.quiet) {
            err.println("shm: " + text);
        }
    }

    /** Starts the object that is all of the output; {@link #endJson} ends it. */
    public Json startJson(String verb) throws IOException {
        return new Json(out).object().field("schema", "shm." + verb + "/1");
    }

    public void endJson(Json json) throws IOException {
        json.endObject();
        out.append('\n');
    }

    /** A table with the columns that the user chose, or the usual ones. */
    public <T> Table<T> table(Shape<T> shape) {
        return new Table<>(out, look, shape, columns(shape), "");
    }

    /** The same for a table that goes on: without a head where that was written before. */
    public <T> Table<T> table(Shape<T> shape, boolean isBeginning) {
        Look headless = new Look(false, look.plainNumbers(), look.colour(), look.width(), look.now());
        return new Table<>(out, isBeginning ? look : headless, shape, columns(shape), "");
    }

    private List<Column> columns(Shape<?> shape) {
        if (globals.columns == null) {
            return Table.shown(shape);
        }
        List<Column> chosen = new ArrayList<>();
        for (String key : globals.columns) {
            if (key.equals("all")) {
                chosen.addAll(shape.columns());
            } else {
                chosen.add(column(shape, key));
            }
        }
        return chosen;
    }

    /** @throws UsageException if there is none of that name; the message lists those that there are */
    static Column column(Shape<?> shape, String key) {
        String wanted = key.strip().toLowerCase(Locale.ROOT);
        StringBuilder known = new StringBuilder();
        for (Column column : shape.columns()) {
            if (column.key().equals(wanted)) {
                return column;
            }
            known.append(known.length() == 0 ? "" : ",").append(column.key());
        }
        throw new UsageException("no column '" + key + "'; there are " + known);
    }
}
