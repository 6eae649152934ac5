package io.shm.cli.command;

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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "ipc",
        header = "Messages between two processes, beside the floor and what the system has.",
        description = {
            "The transports take turns between two processes that spin, each pinned to a processor of its own; the figures",
            "are medians over the turns, with the middle half of them as spread:",
            "  cache line      one word for each direction: the floor of a round trip",
            "  bare ring       slots with a turn, for one sender and one receiver, without books: the floor of a queue",
            "  shm inline      a small message in the channel itself, up to 112 bytes",
            "  shm one to one  the same in a channel with one sender and one receiver",
            "  shm block       a block allocated, sent, received and freed, with all of the ledger",
            "  shm request     a small request and the reply to it",
            "  shm broadcast   a message for all who subscribe, of whom there is one; a large one is a block",
            "  unix socket, pipe   through the kernel",
            "Of a large message a word of each page is read; who can, does not copy it."
        })
public final class IpcBenchCommand extends Verb {
    @Mixin
    BenchFigures figures;

    @Option(names = "--no-pin", description = "Leave it to the system where the two processes run.")
    boolean noPin;

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        Duration time = figures.time();
        if (BenchFigures.cpus() < 2) {
            throw new UsageException(
                    "two processes that spin need two processors; this one has " + BenchFigures.cpus());
        }
        List<IpcResult> results = new IpcBench(time, !noPin).run();
        if (session.json()) {
            json(session, results);
        } else {
            Table<IpcResult> table = session.table(new ResultShape());
            for (IpcResult result : results) {
                table.add(result);
            }
            table.finish();
            session.sum("ns for a message there and back, or for each of many in one direction. "
                    + BenchFigures.machine() + (noPin ? "" : ", pinned"));
        }
        return FINE;
    }

    private static void json(Session session, List<IpcResult> results) throws IOException {
        Json json = BenchFigures.startJson(session, "ipc");
        for (IpcResult result : results) {
            json.object()
                    .field("workload", result.measurement().title())
                    .field("size", result.size())
                    .field("transport", result.transport())
                    .field("messages", result.operations());
            BenchFigures.spread(json, "ns", result.ns()).endObject();
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
                case "workload" -> row.measurement().title() + " " + row.size() + " B";
                case "transport" -> row.transport();
                case "ns" -> Numbers.tenths(row.ns().median());
                case "spread" -> BenchFigures.range(row.ns());
                case "messages/s" -> Math.round(row.perSecond());
                case "MB/s" -> Math.round(row.bytesPerSecond() / 1e6);
                case "messages" -> row.operations();
                default -> throw new IllegalArgumentException("no column " + key);
            };
        }
    }
}
