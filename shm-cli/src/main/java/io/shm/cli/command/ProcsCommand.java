package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.ProcessShape;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import io.shm.inspect.ProcessRow;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "procs", header = "The processes of a region, and what each holds.")
public final class ProcsCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(names = "--pid", paramLabel = "PID", description = "This process.")
    Integer pid;

    @Option(names = "--state", paramLabel = "STATE", description = "alive, dead, left, unknown or 'lock lost'.")
    String state;

    @Option(
            names = "--min-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Those that hold at least this many bytes.")
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
                Json json = session.startJson("procs").field("region", region);
                json.key("processes").array();
                Listing<ProcessRow> rows = list(inspector, row -> RowJson.processRow(json, row));
                json.endArray().field("count", rows.count());
                session.endJson(json);
            } else {
                Table<ProcessRow> table = session.table(new ProcessShape());
                Listing<ProcessRow> rows = list(inspector, table::add);
                table.finish();
                session.sum(Numbers.counted(rows.count(), "process"));
            }
            return FINE;
        }
    }

    private Listing<ProcessRow> list(Inspector inspector, Listing.Sink<ProcessRow> sink) {
        Listing<ProcessRow> rows =
                new Listing<>(ranking.order(new ProcessShape()), ranking.limit(Integer.MAX_VALUE), sink);
        for (ProcessRow row : inspector.picture().processes()) {
            if ((pid == null || pid == row.process().pid())
                    && (state == null
                            || state.equalsIgnoreCase(Owners.state(row.process().state())))
                    && row.bytes() >= minSize) {
                rows.accept(row);
            }
        }
        rows.finish();
        return rows;
    }
}
