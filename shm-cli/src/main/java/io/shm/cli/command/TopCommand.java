package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Look;
import io.shm.cli.render.Paint;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.TopProcess;
import io.shm.cli.render.TopSite;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.io.Flushable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "top",
        header = "A region live: what is in use, how fast it comes and goes, by process and by line of code.",
        description = {
            "In a terminal until q is pressed; elsewhere one frame, of one interval. With --json an object a line, one an",
            "interval, until the region is gone or nobody reads any more.",
            "",
            "  q  ends                 b  sorts by bytes      n  by number of blocks",
            "  g  by growth            a  by allocations/s    f  by frees/s",
            "  p  holds still, goes on",
            "",
            "GROWN is since top was started, CHANGE since the frame before. Looking stops nobody."
        })
public final class TopCommand extends Verb {
    private static final int CTRL_D = 4;
    private static final int ESCAPE = 27;
    private static final int USUAL_COLUMNS = 100;

    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "1s",
            description = "Time between two frames (${DEFAULT-VALUE}).")
    Duration every;

    @Option(
            names = "--sort",
            paramLabel = "BY",
            defaultValue = "bytes",
            description = "bytes, blocks, growth, alloc or free; the most first (${DEFAULT-VALUE}).")
    TopOrder order;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "End after so many; 1 where there is no terminal, else without an end.")
    Integer frames;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Without a terminal, lines of code to show (${DEFAULT-VALUE}).")
    int limit;

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        if (every.toMillis() < 1) {
            throw new UsageException("--every is a time of at least 1ms");
        }
        if (frames != null && frames < 1) {
            throw new UsageException("--frames is a number from 1 on, not " + frames);
        }
        if (limit < 0) {
            throw new UsageException("--limit is a number of rows, not " + limit);
        }
        TopView view = new TopView();
        look(view);
        if (session.json()) {
            return lines(session, view);
        }
        boolean isLive = session.terminal().canAsk() && session.file() == null;
        return isLive ? live(session, view) : plain(session, view);
    }

    /** Opened anew each time: so a region that was removed, or made anew, is noticed. */
    private void look(TopView view) {
        Picture picture;
        try (Inspector inspector = Regions.open(region)) {
            picture = inspector.picture();
        }
        view.look(picture, System.nanoTime());
    }

    // ---------------------------------------------------------------- a terminal

    private int live(Session session, TopView view) throws IOException, InterruptedException {
        try (RawTerminal terminal = RawTerminal.open()) {
            int[] before = new int[2];
            boolean isPaused = false;
            int left = frames == null ? Integer.MAX_VALUE : frames;
            long next = System.nanoTime() + every.toNanos();
            while (true) {
                int[] size = session.terminal().size();
                boolean isResized = size[0] != before[0] || size[1] != before[1];
                terminal.write((isResized ? "\u001b[2J" : "") + drawn(session, view, size, isPaused));
                before = size;
                int key = terminal.key(next - System.nanoTime());
                if (key == 'q' || key == 'Q' || key == CTRL_D || key == ESCAPE) {
                    return FINE;
                }
                TopOrder chosen = TopOrder.ofKey(key);
                order = chosen == null ? order : chosen;
                isPaused ^= key == 'p' || key == ' ';
                if (key < 0) {
                    next = System.nanoTime() + every.toNanos();
                    if (!isPaused) {
                        look(view);
                    }
                    if (--left == 0) {
                        return FINE;
                    }
                }
            }
        }
    }

    private String drawn(Session session, TopView view, int[] size, boolean isPaused) throws IOException {
        Look look = with(session.look(), size[1]);
        String keys = size[1] < 60
                ? " q b n g a f p"
                : "   q quit  sort: b bytes  n blocks  g growth  a alloc/s  f free/s   p pause";
        String foot = look.paint(Paint.HEAD, isPaused ? "paused" : "by " + order) + look.paint(Paint.FAINT, keys);
        List<String> lines = new TopFrame(view, look, order, size[0], size[1]).lines(foot);
        StringBuilder frame = new StringBuilder("\u001b[H");
        for (int i = 0; i < Math.min(lines.size(), size[0]); i++) {
            // A line is cleared first: behind its last column nothing could be.
            frame.append(i == 0 ? "" : "\r\n").append("\u001b[K").append(Paint.cut(lines.get(i), size[1]));
        }
        return frame.append("\u001b[0m")
                .append(lines.size() < size[0] ? "\u001b[J" : "")
                .toString();
    }

    private static Look with(Look look, int columns) {
        return new Look(look.headings(), look.plainNumbers(), look.colour(), () -> columns, Instant.now());
    }

    // ---------------------------------------------------------------- elsewhere

    private int plain(Session session, TopView view) throws IOException, InterruptedException {
        int left = frames == null ? 1 : frames;
        for (int frame = 0; frame < left; frame++) {
            pause();
            look(view);
            if (frame > 0) {
                session.line("");
            }
            Look look = session.look();
            int columns = look.width() == null ? USUAL_COLUMNS : look.width().getAsInt();
            int rows = limit + 12 + view.picture().processes().size();
            for (String line : new TopFrame(view, look, order, rows, columns).lines("")) {
                session.line(line);
            }
            flush(session);
        }
        return FINE;
    }

    private int lines(Session session, TopView view) throws IOException, InterruptedException {
        for (int left = frames == null ? Integer.MAX_VALUE : frames; left > 0; left--) {
            pause();
            look(view);
            json(session, view);
            flush(session);
        }
        return FINE;
    }

    private void pause() throws InterruptedException {
        // Nobody counts it down: a sleep that an interrupt ends.
        new CountDownLatch(1).await(every.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void flush(Session session) throws IOException {
        if (session.out() instanceof Flushable out) {
            out.flush();
        }
    }

    private void json(Session session, TopView view) throws IOException {
        Picture picture = view.picture();
        Json json = session.startJson("top")
                .field("region", region)
                .field("time", Instant.now())
                .field("mapped", picture.identity().mapped())
                .field("live", picture.accounts().live())
                .field("free", picture.accounts().free())
                .field("blocks", picture.blocks())
                .field("faults", picture.faults())
                .field("allocationsPerSecond", view.allocations())
                .field("freesPerSecond", view.frees());
        json.key("processes").array();
        for (TopProcess row : view.processes(order)) {
            json.object().key("process");
            RowJson.process(json, row.process());
            json.field("blocks", row.blocks()).field("bytes", row.bytes()).field("grown", row.grown());
            rates(json, row.allocations(), row.frees());
        }
        json.endArray().key("sites").array();
        for (TopSite row : view.sites(order).stream().limit(limit).toList()) {
            json.object().key("site");
            RowJson.site(json, row.site());
            json.field("blocks", row.blocks())
                    .field("bytes", row.bytes())
                    .field("change", row.change())
                    .field("grown", row.grown());
            rates(json, row.allocations(), row.frees());
        }
        json.endArray();
        session.endJson(json);
    }

    private static void rates(Json json, double allocations, double frees) throws IOException {
        json.field("allocationsPerSecond", allocations)
                .field("freesPerSecond", frees)
                .endObject();
    }
}
