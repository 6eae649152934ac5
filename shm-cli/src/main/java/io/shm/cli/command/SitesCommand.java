package io.shm.cli.command;

import io.shm.cli.render.Column;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.SiteShape;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import io.shm.inspect.SiteInfo;
import io.shm.inspect.SiteRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "sites",
        header = "The lines of code that allocated, and what they hold.",
        description = "With a condition on blocks (--pid, --tag, --state, --older-than) only those blocks count.")
public final class SitesCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Mixin
    BlockFilter filter;

    @Mixin
    Ranking ranking;

    @Override
    public boolean canWatch() {
        return true;
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        try (Inspector inspector = Regions.open(region)) {
            List<SiteRow> sites = filter.needsBlocks() ? ofBlocks(session, inspector) : ofRegion(inspector);
            if (session.json()) {
                json(session, sites);
            } else {
                table(session, sites);
            }
            return FINE;
        }
    }

    private List<SiteRow> ofRegion(Inspector inspector) {
        List<SiteRow> sites = new ArrayList<>();
        for (SiteRow row : inspector.picture().sites()) {
            if ((filter.site == null
                            || filter.site.matcher(row.site().toString()).find())
                    && (filter.minSize == null || row.bytes() >= filter.minSize)) {
                sites.add(row);
            }
        }
        return sites;
    }

    private List<SiteRow> ofBlocks(Session session, Inspector inspector) {
        Map<SiteInfo, long[]> held = new LinkedHashMap<>();
        filter.apply(inspector, session.look().now(), block -> {
            long[] sums = held.computeIfAbsent(block.site(), site -> new long[2]);
            sums[0]++;
            sums[1] += block.size();
        });
        List<SiteRow> sites = new ArrayList<>();
        for (SiteRow row : inspector.picture().sites()) {
            long[] sums = held.remove(row.site());
            if (sums != null) {
                sites.add(new SiteRow(row.id(), row.site(), sums[0], sums[1], row.totals()));
            }
        }
        held.forEach((site, sums) -> sites.add(new SiteRow(0, site, sums[0], sums[1], null)));
        return sites;
    }

    /** The one that holds most comes first, unless another order is asked for. */
    static Comparator<SiteRow> order(Ranking ranking, SiteShape shape) {
        Comparator<SiteRow> asked = ranking.order(shape);
        return asked != null ? asked : Ranking.order(shape, Column.shown("bytes", Column.Kind.BYTES), "desc");
    }

    private void table(Session session, List<SiteRow> sites) throws IOException {
        SiteShape shape = new SiteShape();
        Table<SiteRow> table = session.table(shape);
        Listing<SiteRow> rows =
                list(sites, new Listing<>(order(ranking, shape), ranking.limit(Integer.MAX_VALUE), table::add));
        table.finish();
        session.sum((rows.shown() < rows.count() ? Numbers.grouped(rows.shown()) + " of " : "")
                + Numbers.counted(rows.count(), "site") + ", " + Numbers.counted(blocks(sites), "block") + ", "
                + Numbers.sizeInWords(bytes(sites)));
    }

    private void json(Session session, List<SiteRow> sites) throws IOException {
        Json json = session.startJson("sites").field("region", region);
        json.key("sites").array();
        Listing<SiteRow> rows = list(
                sites,
                new Listing<>(
                        order(ranking, new SiteShape()),
                        ranking.limit(Integer.MAX_VALUE),
                        row -> RowJson.siteRow(json, row)));
        json.endArray()
                .field("count", rows.count())
                .field("blocks", blocks(sites))
                .field("bytes", bytes(sites));
        session.endJson(json);
    }

    private static Listing<SiteRow> list(List<SiteRow> sites, Listing<SiteRow> rows) {
        sites.forEach(rows);
        rows.finish();
        return rows;
    }

    private static long blocks(List<SiteRow> sites) {
        return sites.stream().mapToLong(SiteRow::blocks).sum();
    }

    private static long bytes(List<SiteRow> sites) {
        return sites.stream().mapToLong(SiteRow::bytes).sum();
    }
}
