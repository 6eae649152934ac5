package io.shm.cli.command;

import io.shm.cli.bench.AllocBench;
import io.shm.cli.bench.Result;
import io.shm.cli.render.Column;
import io.shm.cli.render.Column.Kind;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "alloc",
        header = "Allocating and freeing, beside Unsafe.allocateMemory and malloc in C.",
        description = {
            "The allocators take turns on the same workloads, in processes of their own; the figures are medians over",
            "the turns, with the middle half of them as spread. One operation is one allocation and one free:",
            "  pair      freed at once",
            "  replace   a random one of 10,000 live blocks of mixed sizes",
            "  handoff   freed by another thread"
        })
public final class AllocBenchCommand extends Verb {
    @Mixin
    BenchFigures figures;

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        List<Result> results = new AllocBench(figures.time()).run();
        if (session.json()) {
            json(session, results);
        } else {
            Table<Result> table = session.table(new ResultShape());
            for (Result result : results) {
                table.add(result);
            }
            table.finish();
            session.sum("ns for one allocation and its free, as one thread sees it; cpu is that of all threads. "
                    + BenchFigures.machine());
        }
        return FINE;
    }

    private static void json(Session session, List<Result> results) throws IOException {
        Json json = BenchFigures.startJson(session, "alloc");
        for (Result result : results) {
            json.object()
                    .field("workload", result.workload().kind())
                    .field("size", result.workload().size())
                    .field("threads", result.workload().threads())
                    .field("processes", result.workload().processes())
                    .field("allocator", result.allocator())
                    .field("rounds", result.rounds())
                    .field("operations", result.operations());
            BenchFigures.spread(json, "ns", result.ns());
            BenchFigures.spread(json, "cpuNs", result.cpuNs());
            json.endObject();
        }
        json.endArray();
        session.endJson(json);
    }

    private static final class ResultShape extends Shape<Result> {
        ResultShape() {
            super(List.of(
                    Column.shown("workload", Kind.TEXT),
                    Column.shown("allocator", Kind.TEXT),
                    Column.shown("ns", Kind.FIGURE),
                    Column.shown("spread", Kind.FIGURE),
                    Column.shown("cpu", Kind.FIGURE),
                    Column.shown("cpu-spread", Kind.FIGURE),
                    Column.extra("operations", Kind.COUNT)));
        }

        @Override
        public Object value(Result row, String key) {
            return switch (key) {
                case "workload" -> row.workload().title();
                case "allocator" -> row.allocator();
                case "ns" -> Numbers.tenths(row.ns().median());
                case "spread" -> BenchFigures.range(row.ns());
                case "cpu" -> Numbers.tenths(row.cpuNs().median());
                case "cpu-spread" -> BenchFigures.range(row.cpuNs());
                case "operations" -> row.operations();
                default -> throw new IllegalArgumentException("no column " + key);
            };
        }
    }
}
