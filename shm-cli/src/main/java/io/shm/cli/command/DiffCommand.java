package io.shm.cli.command;

import io.shm.cli.render.Column;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.SiteChange;
import io.shm.cli.render.SiteChangeShape;
import io.shm.cli.render.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        header = "What has grown, by line of code: since a baseline, between two copies, or while you wait.",
        description = {
            "BEFORE and REGION are each a region, a copy of one, or the file of a baseline. With --samples the region is",
            "looked at so many times; only blocks older than the time between two looks count, so what comes and goes",
            "does not, and only lines of code are shown whose blocks became more all the time.",
            "",
            "  shm diff orders --baseline monday.json --fail-if-grew=64k",
            "  shm diff orders --samples 5 --every 10s",
            "  shm diff before.shm after.shm"
        })
public final class DiffCommand extends Verb {
    @Parameters(
            paramLabel = "REGION",
            arity = "1..2",
            description = {"One to be compared with --baseline or with itself,", "or two, the earlier one first."})
    List<String> regions;

    @Option(names = "--baseline", paramLabel = "FILE", description = "The earlier one.")
    String baseline;

    @Option(names = "--samples", paramLabel = "N", description = "Look so many times, at least twice.")
    Integer samples;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "1s",
            description = "Time between two looks (${DEFAULT-VALUE}).")
    Duration every;

    @Option(
            names = "--fail-if-grew",
            arity = "0..1",
            fallbackValue = "0",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            preprocessor = Globals.Attached.class,
            description = "Exit with 1 if a line of code holds more than this many bytes more (0).")
    Long failIfGrew;

    @Mixin
    Ranking ranking;

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        checkUsage();
        Comparison comparison = samples != null
                ? SiteSamples.take(regions.get(0), samples, every)
                : Comparison.of(before(), Holdings.read(regions.get(regions.size() - 1)));
        if (!comparison.sameRegion()) {
            session.remark("they are two regions, not one at two times: compared by line of code all the same");
        }
        List<SiteChange> changes = new ArrayList<>();
        SiteChangeShape shape = new SiteChangeShape();
        Comparator<SiteChange> order = ranking.order(shape) != null
                ? ranking.order(shape)
                : Ranking.order(shape, Column.shown("grown", Column.Kind.BYTES), "desc");
        Listing<SiteChange> rows = new Listing<>(order, ranking.limit(Integer.MAX_VALUE), changes::add);
        comparison.changes().forEach(rows);
        rows.finish();
        if (session.json()) {
            json(session, comparison, changes);
        } else {
            table(session, comparison, changes, shape);
        }
        return failIfGrew != null && comparison.changes().stream().anyMatch(this::isTooMuch) ? FINDINGS : FINE;
    }

    private void checkUsage() {
        int given = (baseline != null ? 1 : 0) + (samples != null ? 1 : 0) + (regions.size() == 2 ? 1 : 0);
        if (given != 1) {
            throw new UsageException("diff: compared with what? One of --baseline FILE, --samples N, or two regions");
        }
        if (samples != null && samples < 2) {
            throw new UsageException("--samples is a number of looks, at least 2, not " + samples);
        }
        if (samples != null && (every.isNegative() || every.isZero())) {
            throw new UsageException("--every is a time above 0");
        }
    }

    private Holdings before() throws IOException {
        return Holdings.read(baseline != null ? baseline : regions.get(0));
    }

    private boolean isTooMuch(SiteChange change) {
        return change.grown() > failIfGrew || (failIfGrew == 0 && change.blocksGrown() > 0);
    }

    private static void table(Session session, Comparison comparison, List<SiteChange> changes, SiteChangeShape shape)
            throws IOException {
        Table<SiteChange> table = session.table(shape);
        for (SiteChange change : changes) {
            table.add(change);
        }
        table.finish();
        long grown = comparison.changes().stream().filter(c -> c.grown() > 0).count();
        session.sum(
                changes.isEmpty()
                        ? "nothing has changed in " + Numbers.age(comparison.time())
                        : Numbers.counted(grown, "site") + " grew in " + Numbers.age(comparison.time()));
    }

    private void json(Session session, Comparison comparison, List<SiteChange> changes) throws IOException {
        Json json = session.startJson("diff")
                .field("region", regions.get(regions.size() - 1))
                .field("sameRegion", comparison.sameRegion())
                .field("from", comparison.from())
                .field("to", comparison.to())
                .field(
                        "blocks",
                        comparison.changes().stream()
                                .mapToLong(SiteChange::blocksGrown)
                                .sum())
                .field(
                        "bytes",
                        comparison.changes().stream()
                                .mapToLong(SiteChange::grown)
                                .sum())
                .field(
                        "grew",
                        comparison.changes().stream().filter(c -> c.grown() > 0).count());
        json.key("sites").array();
        for (SiteChange change : changes) {
            RowJson.siteChange(json, change);
        }
        json.endArray();
        session.endJson(json);
    }
}
