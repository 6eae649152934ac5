package io.shm.cli.command;

import io.shm.cli.render.ChannelShape;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.ChannelRow;
import io.shm.inspect.Inspector;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "channels",
        header = "The channels of a region: depth, in flight, who waits.",
        description = {
            "SENT and RECEIVED are positions of the queue, as far as the hints know; two looks apart tell the rate (--watch).",
            "AGAIN is what waits to be delivered again, LOST are small messages that died with their receivers."
        })
public final class ChannelsCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

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
                Json json = session.startJson("channels").field("region", region);
                json.key("channels").array();
                Listing<ChannelRow> rows = list(inspector, row -> RowJson.channel(json, row));
                json.endArray().field("count", rows.count());
                session.endJson(json);
            } else {
                Table<ChannelRow> table = session.table(new ChannelShape());
                Listing<ChannelRow> rows = list(inspector, table::add);
                table.finish();
                session.sum(Numbers.counted(rows.count(), "channel"));
            }
            return FINE;
        }
    }

    private Listing<ChannelRow> list(Inspector inspector, Listing.Sink<ChannelRow> sink) {
        Listing<ChannelRow> rows =
                new Listing<>(ranking.order(new ChannelShape()), ranking.limit(Integer.MAX_VALUE), sink);
        inspector.channels().forEach(rows);
        rows.finish();
        return rows;
    }
}
