package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.PoolShape;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import io.shm.inspect.PoolRow;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "pools", header = "The pools of a region: in use, free, refused.")
public final class PoolsCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(names = "--tag", paramLabel = "TAG", description = "Pools of this tag; '' are those of any.")
    String tag;

    @Option(
            names = "--min-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Pools of blocks of at least this size.")
    long minSize;

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
            if (session.json()) {
                Json json = session.startJson("pools").field("region", region);
                json.key("pools").array();
                Listing<PoolRow> rows = list(inspector, row -> RowJson.pool(json, row));
                json.endArray().field("count", rows.count());
                session.endJson(json);
            } else {
                Table<PoolRow> table = session.table(new PoolShape());
                Listing<PoolRow> rows = list(inspector, table::add);
                table.finish();
                session.sum(Numbers.counted(rows.count(), "pool"));
            }
            return FINE;
        }
    }

    private Listing<PoolRow> list(Inspector inspector, Listing.Sink<PoolRow> sink) {
        Listing<PoolRow> rows = new Listing<>(ranking.order(new PoolShape()), ranking.limit(Integer.MAX_VALUE), sink);
        for (PoolRow row : inspector.picture().pools()) {
            if ((tag == null || tag.equals(row.tag())) && row.blockSize() >= minSize) {
                rows.accept(row);
            }
        }
        rows.finish();
        return rows;
    }
}
