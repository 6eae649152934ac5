package io.shm.cli.command;

import io.shm.cli.render.FaultJson;
import io.shm.cli.render.FaultText;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import java.io.Flushable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "faults",
        header = "What was proven to be wrong: distinct, counted, with who did what. Exit 1 if there is any.",
        description = {
            "double-free      freed, and freed again",
            "stale-handle     a handle used that names no block any more",
            "not-owner        a free of another's block, or of one that a cell holds",
            "overrun          bytes written behind a block",
            "underrun         bytes written before a block",
            "use-after-free   a freed block written to; from level paranoid on",
            "overwritten-ref  a cell written over while a block was recorded in it",
            "index            an index beyond an array",
            "wrong-pool       a pool asked for what it can never serve",
            "budget           an allocation beyond its tag's budget",
            "damaged-record   a record, or the beginning of a slab, that contradicts itself",
            "",
            "What is told besides and is nobody's mistake: reclaimed, left-behind, lock-lost. It does not count.",
            "",
            "  shm faults orders",
            "  shm faults orders --follow --json | while read fault; do page; done"
        })
public final class FaultsCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--follow",
            description = "Then go on, and tell what is new as it comes; with --json an object a line.")
    boolean follow;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "1s",
            description = "With --follow, time between two looks (${DEFAULT-VALUE}).")
    Duration every;

    @Override
    public boolean canWatch() {
        return !follow;
    }

    /** What the log had at one moment. */
    private record Log(List<FaultRow> rows, long dropped) {
        static Log of(String region) {
            try (Inspector inspector = Regions.open(region)) {
                return new Log(inspector.faults(), inspector.faultsDropped());
            }
        }

        List<FaultRow> which(boolean isFault) {
            return rows.stream().filter(row -> row.isFault() == isFault).toList();
        }
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        Log log = Log.of(region);
        if (!follow) {
            show(session, log);
            return log.which(true).isEmpty() ? FINE : FINDINGS;
        }
        if (every.isNegative() || every.isZero()) {
            throw new UsageException("--every is a time above 0");
        }
        return follow(session, log);
    }

    private void show(Session session, Log log) throws IOException {
        if (session.json()) {
            json(session, log.rows(), log);
            return;
        }
        FaultText text = new FaultText(session.out(), session.look());
        int number = 0;
        for (FaultRow row : log.rows()) {
            text.write(++number, row);
        }
        session.sum(sum(log));
    }

    private static String sum(Log log) {
        List<FaultRow> faults = log.which(true);
        List<FaultRow> findings = log.which(false);
        long times = faults.stream().mapToLong(FaultRow::count).sum();
        StringBuilder sum = new StringBuilder(
                faults.isEmpty()
                        ? "no faults"
                        : Numbers.counted(faults.size(), "fault") + ", seen " + Numbers.counted(times, "time"));
        if (!findings.isEmpty()) {
            sum.append("; ").append(Numbers.counted(findings.size(), "finding")).append(" that are no faults");
        }
        if (log.dropped() != 0) {
            sum.append("; the log is full: ")
                    .append(Numbers.grouped(log.dropped()))
                    .append(" more were not kept");
        }
        return sum.toString();
    }

    private void json(Session session, List<FaultRow> rows, Log log) throws IOException {
        Json json = session.startJson("faults").field("region", region);
        long count = 0;
        json.key("faults").array();
        for (FaultRow row : rows) {
            if (row.isFault()) {
                FaultJson.write(json, row);
                count++;
            }
        }
        json.endArray().key("findings").array();
        for (FaultRow row : rows) {
            if (!row.isFault()) {
                FaultJson.write(json, row);
            }
        }
        json.endArray().field("count", count).field("dropped", log.dropped());
        session.endJson(json);
    }

    // ---------------------------------------------------------------- following

    /** Ends only by an exception: the region is gone, or nobody reads any more. */
    private int follow(Session session, Log first) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Map<List<Object>, Long> told = new HashMap<>();
        Log log = first;
        boolean all = true;
        while (true) {
            tellNews(session, log, told, all);
            all = false;
            if (session.out() instanceof Flushable out) {
                out.flush();
            }
            if (never.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
                return FINE;
            }
            log = Log.of(region);
        }
    }

    private void tellNews(Session session, Log log, Map<List<Object>, Long> told, boolean evenNone) throws IOException {
        List<FaultRow> news = new ArrayList<>();
        FaultText text = new FaultText(session.out(), session.look());
        int number = 0;
        for (FaultRow row : log.rows()) {
            number++;
            Long before = told.put(key(number, row), row.count());
            if (before == null || before != row.count()) {
                news.add(row);
                if (!session.json()) {
                    text.write(number, row);
                }
            }
        }
        if (session.json() && (evenNone || !news.isEmpty())) {
            json(session, news, log);
        }
    }

    /** Entries keep their order: the log only grows. */
    private static List<Object> key(int number, FaultRow row) {
        return List.of(number, row.kind());
    }
}
