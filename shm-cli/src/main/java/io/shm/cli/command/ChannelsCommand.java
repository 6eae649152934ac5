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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "channels",
        header = "The channels of a region: depth, rates, in flight, who waits.",
        description = {
            "DEPTH messages wait, the block that waits longest since OLDEST; SENT and RECEIVED are all since the channel was",
            "made, as far as its hints know, and /S of them the rates between two looks. AGAIN is what waits to be delivered",
            "again, LOST are small messages that died with their receivers. WAITS is one that sleeps until there is a message,",
            "or room.",
            "",
            "  shm channels orders --watch",
            "  shm channels orders --in-flight --limit 20"
        })
public final class ChannelsCommand extends RowsVerb {
    private static final Kind<InFlight> IN_FLIGHT =
            new Kind<>("inFlight", "waiting block", new InFlightShape(), RowJson::inFlight);

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "500ms",
            description =
                    "Time between the two looks of a rate (${DEFAULT-VALUE}); with --watch it is from frame to frame.")
    Duration every;

    @Option(
            names = "--in-flight",
            description = "The blocks that lie in channels, instead: the one first that waits longest.")
    boolean inFlight;

    /** The look before: of the frame before, when watched. */
    private Map<Long, ChannelRow> before;

    private String regionBefore;
    private long nanosBefore;

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        if (every.toMillis() < 1) {
            throw new UsageException("--every is a time of at least 1ms");
        }
        if (inFlight) {
            return list(session, "channels", IN_FLIGHT, ChannelsCommand::blocks);
        }
        int columns = session.look().width() == null
                ? Integer.MAX_VALUE
                : session.look().width().getAsInt();
        Kind<ChannelFlow> kind = new Kind<>("channels", "channel", new ChannelShape(columns), RowJson::channelFlow);
        return list(session, "channels", kind, this::flows);
    }

    private List<ChannelFlow> flows(Inspector inspector) throws InterruptedException {
        // In a region that was made anew under the name, or in a copy, there is nothing to compare with.
        String id = inspector.identity().regionId();
        if (before == null && !inspector.identity().copy()) {
            List<ChannelRow> first = inspector.channels();
            remember(id, first);
            if (!first.isEmpty()) {
                // Nobody counts it down: a sleep that an interrupt ends.
                new CountDownLatch(1).await(every.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
        List<ChannelRow> rows = inspector.channels();
        double seconds = (System.nanoTime() - nanosBefore) / 1e9;
        boolean isSame = id.equals(regionBefore);
        List<ChannelFlow> flows = rows.stream()
                .map(row -> ChannelFlow.between(isSame ? before.get(row.offset()) : null, row, seconds))
                .toList();
        remember(id, rows);
        return flows;
    }

    private void remember(String id, List<ChannelRow> rows) {
        regionBefore = id;
        nanosBefore = System.nanoTime();
        before = new HashMap<>();
        rows.forEach(row -> before.put(row.offset(), row));
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
