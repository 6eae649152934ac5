package io.shm.cli.command;

import io.shm.cli.render.ChannelFlow;
import io.shm.cli.render.ChannelShape;
import io.shm.cli.render.InFlight;
import io.shm.cli.render.InFlightShape;
import io.shm.cli.render.RowJson;
import io.shm.inspect.ChannelRow;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "channels",
        header = "The channels of a region: depth, rates, in flight, who waits.",
        description = {
            "DEPTH messages wait, the block that waits longest since OLDEST; SENT and RECEIVED are all since the channel was",
            "made, as far as its hints know, and /S of them the rates between two looks. AGAIN is what waits to be delivered",
            "again, LOST are small messages that died with their receivers. WAITS is one that sleeps until there is a message,",
            "or room. --columns channel,depth,roles tells who the one sender is, and the one receiver, where there is one.",
            "",
            "  shm channels orders --watch",
            "  shm channels orders --in-flight --limit 20"
        })
public final class ChannelsCommand extends RatesVerb {
    private static final Kind<InFlight> IN_FLIGHT =
            new Kind<>("inFlight", "waiting block", new InFlightShape(), RowJson::inFlight);

    @Option(
            names = "--in-flight",
            description = "The blocks that lie in channels, instead: the one first that waits longest.")
    boolean inFlight;

    private final TwoLooks<ChannelRow> looks = new TwoLooks<>(Inspector::channels, ChannelRow::offset);

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        Duration time = every();
        if (inFlight) {
            return list(session, "channels", IN_FLIGHT, ChannelsCommand::blocks);
        }
        Kind<ChannelFlow> kind =
                new Kind<>("channels", "channel", new ChannelShape(columns(session)), RowJson::channelFlow);
        return list(session, "channels", kind, inspector -> looks.rows(inspector, time, ChannelFlow::between));
    }

    private static List<InFlight> blocks(Inspector inspector) {
        List<ChannelRow> channels = inspector.channels();
        List<InFlight> found = new ArrayList<>();
        for (ChannelRow channel : channels) {
            inspector.blocks(channel::has, block -> found.add(new InFlight(channel.name(), block)));
        }
        found.sort(Comparator.comparing(
                row -> row.block().changed(), Comparator.nullsLast(Comparator.<Instant>naturalOrder())));
        return found;
    }
}
