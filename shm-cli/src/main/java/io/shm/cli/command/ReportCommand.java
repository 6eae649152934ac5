package io.shm.cli.command;

import io.shm.cli.export.WholeFile;
import io.shm.cli.render.Numbers;
import io.shm.cli.report.Report;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakReport;
import io.shm.inspect.Picture;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        header = "A region as one page for a browser: map, accounts, flame graph, leaks, faults, processes, growth.",
        description = {
            "The page needs nothing besides itself and talks to nobody. Of long tables it has the first 300 rows.",
            "With --baseline, also what each line of code holds more or less than it did.",
            "",
            "  shm report orders -o orders.html",
            "  shm report orders --baseline monday.json -o orders.html"
        })
public final class ReportCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "The file of a baseline, or an earlier copy of the region.")
    String baseline;

    @Mixin
    WordSearch search;

    @Override
    public boolean writesFile() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        Path file = Targets.named(session, "report", "page");
        try (Inspector inspector = Regions.open(region)) {
            Targets.check(file, inspector);
            Picture picture = inspector.picture();
            Report report = gather(session, inspector, picture);
            try (WholeFile page = WholeFile.at(file)) {
                try (Writer text = new BufferedWriter(new OutputStreamWriter(page.stream(), StandardCharsets.UTF_8))) {
                    report.write(text);
                }
                page.commit();
            }
            tell(session, file, picture);
        }
        return FINE;
    }

    private Report gather(Session session, Inspector inspector, Picture picture) throws IOException {
        Report report = new Report(picture, session.look().now());
        inspector.blocks(block -> true, report);
        LeakReport found = inspector.leaks(false, search.bytes);
        LeakGroups groups = new LeakGroups(inspector.faults());
        for (Leak leak : found.leaks()) {
            groups.add(leak);
            report.leaked(leak.block().offset());
        }
        report.leaks(groups.groups(), found.whole());
        report.faults(inspector.faults(), inspector.faultsDropped());
        if (baseline != null) {
            Comparison comparison = Comparison.of(Holdings.read(baseline), Holdings.of(region, inspector));
            report.growth(comparison.time(), comparison.sameRegion(), comparison.changes());
        }
        return report;
    }

    private void tell(Session session, Path file, Picture picture) throws IOException {
        if (session.json()) {
            session.endJson(session.startJson("report")
                    .field("region", region)
                    .field("file", file.toString())
                    .field("blocks", picture.blocks())
                    .field("bytes", picture.accounts().live())
                    .field("faults", picture.faults()));
        } else {
            session.told(file + ": a page about " + region + ", "
                    + Numbers.counted(picture.blocks(), "block") + " in use, "
                    + Numbers.sizeInWords(picture.accounts().live()));
        }
    }
}
