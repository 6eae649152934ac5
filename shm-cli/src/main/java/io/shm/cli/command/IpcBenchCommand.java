package io.shm.cli.command;

import io.shm.cli.bench.Spread;
import io.shm.cli.bench.ipc.IpcBench;
import io.shm.cli.bench.ipc.IpcResult;
import io.shm.cli.render.Column;
import io.shm.cli.render.Column.Kind;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "ipc",
        header = "Messages between two processes, beside the floor and what the system has.",
        description = {
            "The transports take turns between two processes that spin, each pinned to a processor of its own; the figures",
            "are medians over the turns, with the middle half of them as spread:",
            "  cache line   one word for each direction: the floor of a round trip",
            "  bare ring    slots with a turn, for one sender and one receiver, without any books: the floor of a queue",
            "  shm inline   a small message in the channel itself, up to 112 bytes",
            "  shm block    a block allocated, sent, received and freed, with all of the ledger",
            "  unix socket, pipe   through the kernel",
            "Of a large message a word of each page is read; who can, does not copy it."
        })
public final class IpcBenchCommand extends Verb {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Time to measure (${DEFAULT-VALUE}); warming up comes on top.")
    int seconds;

    @Option(names = "--no-pin", description = "Leave it to the system where the two processes run.")
    boolean noPin;

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        if (seconds < 1 || seconds > 3600) {
            throw new UsageException("--seconds is from 1 to 3600, not " + seconds);
        }
        int cpus = Runtime.getRuntime().availableProcessors();
        if (cpus < 2) {
            throw new UsageException("two processes that spin need two processors; this one has " + cpus);
        }
        List<IpcResult> results = new IpcBench(Duration.ofSeconds(seconds), !noPin).run();
        if (session.json()) {
            json(session, results, cpus);
        } else {
            Table<IpcResult> table = session.table(new ResultShape());
            for (IpcResult result : results) {
                table.add(result);
            }
            table.finish();
            session.sum("ns for a message there and back, or for each of many in one direction. "
                    + System.getProperty("java.vm.name") + " "
                    + Runtime.version().feature() + ", "
                    + Numbers.counted(cpus, "cpu") + (noPin ? "" : ", pinned"));
        }
        return FINE;
    }

    private static void json(Session session, List<IpcResult> results, int cpus) throws IOException {
        Json json = session.startJson("bench")
                .field("bench", "ipc")
                .field("java", System.getProperty("java.runtime.version"))
                .field("cpus", cpus);
        json.key("results").array();
        for (IpcResult result : results) {
            Spread ns = result.ns();
            json.object()
                    .field("workload", result.kind())
                    .field("size", result.size())
                    .field("transport", result.transport())
                    .field("messages", result.operations())
                    .key("ns")
                    .object()
                    .field("median", ns.median())
                    .field("p25", ns.p25())
                    .field("p75", ns.p75())
                    .endObject()
                    .endObject();
        }
        json.endArray();
        session.endJson(json);
    }

    private static final class ResultShape extends Shape<IpcResult> {
        ResultShape() {
            super(List.of(
                    Column.shown("workload", Kind.TEXT),
                    Column.shown("transport", Kind.TEXT),
                    Column.shown("ns", Kind.FIGURE),
                    Column.shown("spread", Kind.FIGURE),
                    Column.shown("messages/s", Kind.COUNT),
                    Column.shown("MB/s", Kind.COUNT),
                    Column.extra("messages", Kind.COUNT)));
        }

        @Override
        public Object value(IpcResult row, String key) {
            return switch (key) {
                case "workload" -> row.kind() + " " + row.size() + " B";
                case "transport" -> row.transport();
                case "ns" -> Numbers.tenths(row.ns().median());
                case "spread" ->
                    Numbers.tenths(row.ns().p25()) + ".."
                            + Numbers.tenths(row.ns().p75());
                case "messages/s" -> Math.round(row.perSecond());
                case "MB/s" -> Math.round(row.bytesPerSecond() / 1e6);
                case "messages" -> row.operations();
                default -> throw new IllegalArgumentException("no column " + key);
            };
        }
    }
}
