package io.shm.cli.command;

import io.shm.cli.export.BlockExport;
import io.shm.cli.export.CollapsedExport;
import io.shm.cli.export.CsvExport;
import io.shm.cli.export.JfrExport;
import io.shm.cli.export.MemdirExport;
import io.shm.cli.export.MtraceExport;
import io.shm.cli.export.OpenMetrics;
import io.shm.cli.export.PprofExport;
import io.shm.cli.export.WholeFile;
import io.shm.cli.render.Numbers;
import io.shm.inspect.EventCursor;
import io.shm.inspect.EventsLook;
import io.shm.inspect.Inspector;
import io.shm.inspect.Metrics;
import io.shm.inspect.Replay;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        header = "The blocks in use, in the formats of other tools.",
        description = {
            "mtrace       as the C library writes it, for the script mtrace: every block as allocated and not freed;",
            "             before them what was freed, where the region has a trace (shm trace REGION --on)",
            "memdir       a folder, made if absent, with a file <address>.mem for every block; those of an earlier",
            "             export are removed, other files stay",
            "collapsed    stacks for flame graphs: process;tag;frames and bytes, or blocks with --count",
            "csv          a line for every block",
            "json         the region, its blocks with all that is known of them, its faults",
            "openmetrics  figures for Prometheus and its kin; of the lines of code, the 100 that hold most",
            "pprof        a heap profile, compressed; labels are tag, state, process and pid",
            "jfr          a recording of Java Flight Recorder",
            "",
            "memdir, pprof and jfr need -o. Conditions choose blocks; openmetrics, which is about all, takes none.",
            "",
            "  shm export orders --format mtrace -o trace; mtrace trace",
            "  shm export orders --format pprof --tag packet -o orders.pb.gz; go tool pprof -top orders.pb.gz",
            "  shm export orders --format openmetrics -o /var/lib/node_exporter/shm.prom"
        })
public final class ExportCommand extends Verb {
    /** What can be written. */
    enum Format {
        mtrace,
        memdir,
        collapsed,
        csv,
        json,
        openmetrics,
        pprof,
        jfr;

        /** Whether it is no text, so that it has no business on a terminal. */
        boolean needsFile() {
            return this == memdir || this == pprof || this == jfr;
        }
    }

    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "One of ${COMPLETION-CANDIDATES}.")
    Format format;

    @Option(names = "--count", description = "With collapsed: count blocks, not their bytes.")
    boolean count;

    @Mixin
    BlockFilter filter;

    /** What was told: blocks and bytes, or figures. */
    private record Told(long blocks, long bytes, String what) {}

    @Override
    public boolean writesFile() {
        return true;
    }

    @Override
    public int run(Session session) throws Exception {
        Path target = session.file();
        checkUsage(session, target);
        try (Inspector inspector = Regions.open(region)) {
            if (target == null) {
                write(session, inspector, session.out(), null);
            } else if (format == Format.memdir) {
                tell(session, target, memdir(session, inspector, target));
            } else {
                Targets.check(target, inspector);
                try (WholeFile file = WholeFile.at(target)) {
                    Told told;
                    try (Writer text =
                            new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8))) {
                        told = write(session, inspector, text, file);
                    }
                    file.commit();
                    tell(session, target, told);
                }
            }
        }
        return FINE;
    }

    private void checkUsage(Session session, Path target) {
        if (target == null && format.needsFile()) {
            throw new UsageException("export: " + format + " goes to a "
                    + (format == Format.memdir ? "folder; -o FOLDER names it" : "file; -o FILE names it"));
        }
        if (target == null && session.json() && format != Format.json) {
            throw new UsageException("export: " + format + " is no JSON; with -o FILE, --json tells what was written");
        }
        if (count && format != Format.collapsed) {
            throw new UsageException("--count is for the format collapsed");
        }
        if (filter.isGiven() && format == Format.openmetrics) {
            throw new UsageException("openmetrics tells of the whole region; conditions on blocks have no place there");
        }
        if ("free".equalsIgnoreCase(filter.state)) {
            throw new UsageException("--state free: only blocks in use are exported");
        }
    }

    private Told memdir(Session session, Inspector inspector, Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UsageException("-o " + folder + " is no folder");
        }
        return blocks(session, inspector, new MemdirExport(folder));
    }

    /** @param file for the formats that are no text */
    private Told write(Session session, Inspector inspector, Appendable text, WholeFile file) throws IOException {
        return switch (format) {
            case mtrace -> mtrace(session, inspector, new MtraceExport(text));
            case collapsed -> blocks(session, inspector, new CollapsedExport(text, count));
            case csv -> blocks(session, inspector, new CsvExport(text));
            case json -> blocks(session, inspector, new JsonExport(text, inspector));
            case pprof ->
                blocks(
                        session,
                        inspector,
                        new PprofExport(file.stream(), region, session.look().now()));
            case jfr -> {
                try (JfrExport export = new JfrExport(inspector, file.stream())) {
                    yield blocks(session, inspector, export);
                }
            }
            case openmetrics -> {
                var metrics = Metrics.of(inspector.picture(), inspector.faults());
                OpenMetrics.write(text, metrics);
                yield new Told(0, 0, Numbers.counted(metrics.size(), "metric"));
            }
            case memdir -> throw new IllegalStateException("a folder is no file");
        };
    }

    /** Of the trace first: a block that is freed in between is then in neither part, and none is in both. */
    private Told mtrace(Session session, Inspector inspector, MtraceExport export) throws IOException {
        Instant now = session.look().now();
        EventsLook trace = inspector.events(EventCursor.once());
        List<Replay.Life> lives = Replay.of(trace.events()).ended().stream()
                .filter(life -> filter.meets(life.begin(), now))
                .toList();
        export.ended(Replay.stepsOf(lives));
        // The trace is no block of whoever is traced.
        filter.apply(inspector, now, block -> {
            if (!trace.exists() || block.offset() != trace.offset()) {
                export.accept(block);
            }
        });
        return finish(export, lives.isEmpty() ? "" : ", " + Numbers.grouped(lives.size()) + " freed");
    }

    private Told blocks(Session session, Inspector inspector, BlockExport export) throws IOException {
        filter.apply(inspector, session.look().now(), export);
        return finish(export, "");
    }

    private static Told finish(BlockExport export, String more) throws IOException {
        export.finish();
        return new Told(
                export.blocks(),
                export.bytes(),
                Numbers.counted(export.blocks(), "block") + ", " + Numbers.sizeInWords(export.bytes()) + more);
    }

    private void tell(Session session, Path target, Told told) throws IOException {
        if (session.json()) {
            session.endJson(session.startJson("export")
                    .field("region", region)
                    .field("format", format.name())
                    .field("file", target.toString())
                    .field("blocks", told.blocks())
                    .field("bytes", told.bytes()));
        } else {
            session.told(target + ": " + told.what() + " of " + region + " as " + format);
        }
    }
}
