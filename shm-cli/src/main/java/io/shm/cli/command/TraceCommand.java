package io.shm.cli.command;

import io.shm.AttachOptions;
import io.shm.Region;
import io.shm.cli.render.EventShape;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.cli.render.Text;
import io.shm.error.BusyException;
import io.shm.inspect.EventCursor;
import io.shm.inspect.EventRow;
import io.shm.inspect.EventsLook;
import io.shm.inspect.Inspector;
import java.io.Flushable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "trace",
        header = "What was done to the blocks of a region, event by event: its flight recorder.",
        description = {
            "The recorder is off until it is switched on, and costs nothing then. It keeps the last events in the region",
            "itself, so they are there when their process is not any more. Its rings take their room for good.",
            "",
            "  shm trace orders --on                 16 rings of 1,024 events, 1 MiB; processes share them by slot",
            "  shm trace orders --follow --json      an object a line, as they come",
            "  shm trace orders --off                what was recorded stays to be read",
            "",
            "Events: allocated, freed, resized, published, taken, fault; reclaimed is a free in the name of the dead."
        })
public final class TraceCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @ArgGroup
    Switch change;

    static final class Switch {
        @Option(names = "--on", description = "Switch the recorder on, for all processes, within 100 ms.")
        boolean on;

        @Option(names = "--off", description = "Switch it off.")
        boolean off;

        @Option(names = "--follow", description = "Then go on, and tell what is new as it comes.")
        boolean follow;
    }

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1024",
            description = "With --on for the first time, events that each of the 16 rings keeps (${DEFAULT-VALUE}).")
    int entries;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "200ms",
            description = "With --follow, time between two looks (${DEFAULT-VALUE}).")
    Duration every;

    @Option(names = "--pid", paramLabel = "PID", description = "Events of this process.")
    Integer pid;

    @Option(
            names = "--event",
            paramLabel = "KIND",
            split = ",",
            description = "Events of these kinds: allocated,freed.")
    List<String> kinds;

    @Option(names = "--limit", paramLabel = "N", description = "At most the last so many.")
    Integer limit;

    @Override
    public boolean canWatch() {
        return change == null;
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        if (limit != null && limit < 0) {
            throw new UsageException("--limit is a number of events, not " + limit);
        }
        if (every.toMillis() < 1) {
            throw new UsageException("--every is a time of at least 1ms");
        }
        if (entries < 1 || entries > 1 << 20) {
            throw new UsageException("--entries is a number from 1 to 1,048,576, not " + entries);
        }
        if (change == null) {
            show(session);
        } else if (change.follow) {
            follow(session);
        } else {
            turn(session, change.on);
        }
        return FINE;
    }

    // ---------------------------------------------------------------- on and off

    private void turn(Session session, boolean on) throws IOException {
        try (Inspector inspector = Regions.open(region)) {
            if (inspector.identity().copy()) {
                throw new BusyException(region + " is a copy of a region: nobody would write a trace");
            }
        }
        boolean exists = true;
        try (Region attached = Region.attach(AttachOptions.to(region).processName("shm trace"))) {
            if (on) {
                attached.startTrace(entries);
            } else {
                exists = attached.stopTrace();
            }
        }
        EventsLook look = look(EventCursor.once());
        if (session.json()) {
            Json json = session.startJson("trace").field("region", region);
            session.endJson(state(json, look));
        } else if (!exists) {
            session.told(Text.safe(region) + " has no trace");
        } else {
            session.told(Text.safe(region) + ": the trace is " + (on ? "on" : "off") + ", of "
                    + Numbers.counted(look.capacity(), "event"));
        }
    }

    // ---------------------------------------------------------------- show

    private EventsLook look(EventCursor cursor) {
        try (Inspector inspector = Regions.open(region)) {
            return inspector.events(cursor);
        }
    }

    private boolean isWanted(EventRow row) {
        return (pid == null || row.process().pid() == pid) && (kinds == null || kinds.contains(row.kind()));
    }

    private List<EventRow> wanted(EventsLook look) {
        List<EventRow> rows = look.events().stream().filter(this::isWanted).toList();
        return limit == null || rows.size() <= limit ? rows : rows.subList(rows.size() - limit, rows.size());
    }

    private void show(Session session) throws IOException {
        EventsLook look = look(EventCursor.once());
        List<EventRow> rows = wanted(look);
        if (session.json()) {
            Json json = session.startJson("trace").field("region", region);
            json.key("events").array();
            for (EventRow row : rows) {
                json.object();
                fields(json, row);
                json.endObject();
            }
            json.endArray().field("count", rows.size());
            session.endJson(state(json, look));
            return;
        }
        Table<EventRow> table = session.table(new EventShape());
        for (EventRow row : rows) {
            table.add(row);
        }
        table.finish();
        session.sum(sum(look, rows.size()));
    }

    private String sum(EventsLook look, int shown) {
        if (!look.exists()) {
            return "no trace: 'shm trace " + Text.safe(region) + " --on' starts one";
        }
        String sum = Numbers.counted(shown, "event") + ", the trace is " + (look.on() ? "on" : "off");
        sum += look.missed() == 0 ? "" : ", " + Numbers.grouped(look.missed()) + " before were written over";
        return look.unfinished() == 0 ? sum : sum + ", " + Numbers.grouped(look.unfinished()) + " not complete";
    }

    private static Json state(Json json, EventsLook look) throws IOException {
        return json.field("exists", look.exists())
                .field("on", look.on())
                .field("since", look.since())
                .field("capacity", look.capacity())
                .field("missed", look.missed())
                .field("unfinished", look.unfinished());
    }

    private static void fields(Json json, EventRow row) throws IOException {
        json.field("event", row.kind()).field("time", row.at());
        RowJson.process(json.key("process"), row.process());
        json.field("thread", row.thread())
                .field("offset", row.offset())
                .field("handle", row.handle())
                .field("size", row.size())
                .field("tag", row.tag());
        RowJson.site(json.key("site"), row.site());
        json.field("cell", row.cell())
                .field("fault", row.fault().isEmpty() ? null : row.fault())
                .field("ring", row.ring())
                .field("number", row.number());
    }

    // ---------------------------------------------------------------- follow

    /** Ends only by an exception: the region is gone, or nobody reads any more. */
    private void follow(Session session) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        EventCursor cursor = EventCursor.following();
        boolean isFirst = true;
        while (true) {
            EventsLook look = look(cursor);
            List<EventRow> rows = wanted(look);
            if (session.json()) {
                lines(session, rows, look);
            } else {
                tell(session, rows, look, isFirst);
            }
            isFirst = false;
            if (session.out() instanceof Flushable out) {
                out.flush();
            }
            if (never.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    private void tell(Session session, List<EventRow> rows, EventsLook look, boolean isFirst) throws IOException {
        if (isFirst && !look.exists()) {
            session.remark(Text.safe(region) + " has no trace yet; '--on' starts one");
        }
        if (!isFirst && look.missed() > 0) {
            session.remark(Numbers.counted(look.missed(), "event") + " missed: they came faster than they were read");
        }
        Table<EventRow> table = session.table(new EventShape(), isFirst);
        for (EventRow row : rows) {
            table.add(row);
        }
        table.finish();
    }

    /** An object for each event, and before it one where some were missed. */
    private void lines(Session session, List<EventRow> rows, EventsLook look) throws IOException {
        if (look.missed() > 0) {
            Json json = session.startJson("trace").field("region", region).field("missed", look.missed());
            session.endJson(json);
        }
        for (EventRow row : rows) {
            Json json = session.startJson("trace").field("region", region);
            fields(json, row);
            session.endJson(json);
        }
    }
}
