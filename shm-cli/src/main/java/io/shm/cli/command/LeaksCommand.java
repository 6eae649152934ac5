package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.LeakGroup;
import io.shm.cli.render.LeakShape;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.SiteShape;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakReport;
import io.shm.inspect.Picture;
import io.shm.inspect.SiteRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "leaks",
        header = "Blocks that nobody will free, by kind and line of code. Exit 1 if there are any.",
        description = {
            "definite  nothing leads to it: its cell was overwritten or lies in no block, or its process left without it",
            "indirect  it hangs in a cell of a leaked block",
            "possible  only a word of some block looks like its handle or a place in it",
            "orphan    its owner is dead",
            "lost      its Java object was collected while it was in use; from level full on",
            "scope     not freed when its scope closed",
            "",
            "What a living process has is no leak: it may free it yet. With --older-than the blocks that are so old and no",
            "leak are told as well. Lines of code that allocated often and never freed are told, and are no leak either.",
            "",
            "A file of suppressions has a rule a line; a leak is left out if all conditions of one hold. Values are regular",
            "expressions of the whole text; those with blanks, and empty ones, in double quotes:",
            "",
            "  kind=definite class=com\\.acme\\.Cache method=.* tag=packet scope=\"client-\\d+\"",
            "",
            "  shm leaks orders --older-than 5m",
            "  shm leaks orders --write-suppressions known.txt; shm leaks orders --suppressions known.txt"
        })
public final class LeaksCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = Span.class,
            description = "Only blocks allocated longer ago than this: 30s, 5m, 2h; also those that are no leak.")
    Duration olderThan;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Only blocks allocated after this baseline was taken.")
    Path baseline;

    @Option(names = "--suppressions", paramLabel = "FILE", description = "Leave out what its rules say.")
    Path suppressions;

    @Option(
            names = "--write-suppressions",
            paramLabel = "FILE",
            description = "Write rules that would leave out all that is reported.")
    Path writeSuppressions;

    @Option(names = "--unrecorded", description = "Also blocks that a living owner has in none of its holders.")
    boolean unrecorded;

    @Option(
            names = "--never-freed",
            paramLabel = "N",
            defaultValue = "100",
            description = "Tell the lines that allocated so often and never freed (${DEFAULT-VALUE}).")
    long neverFreed;

    @Mixin
    WordSearch search;

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
        Suppressions known = suppressions == null ? Suppressions.NONE : Suppressions.read(suppressions);
        Instant after = baseline == null ? null : Holdings.ofBaseline(baseline).at();
        Findings findings;
        try (Inspector inspector = Regions.open(region)) {
            findings = findings(session, inspector, known, after);
        }
        if (session.json()) {
            json(session, findings);
        } else {
            tables(session, findings);
        }
        if (writeSuppressions != null) {
            Files.writeString(writeSuppressions, Suppressions.write(findings.leaks));
        }
        return findings.leaks.isEmpty() ? FINE : FINDINGS;
    }

    /**
     * What there is to tell.
     *
     * @param stuck old blocks that are no leak; null where nobody asks for old ones
     * @param quarantined bytes of slabs and blocks that are out of use because of damage
     */
    private record Findings(
            LeakReport report,
            List<LeakGroup> leaks,
            List<LeakGroup> suppressed,
            List<SiteRow> neverFreed,
            List<LeakGroup> stuck,
            long quarantined) {}

    private Findings findings(Session session, Inspector inspector, Suppressions known, Instant after) {
        LeakReport report = inspector.leaks(unrecorded, search.bytes);
        Instant before = olderThan == null ? null : session.look().now().minus(olderThan);
        LeakGroups wanted = new LeakGroups(inspector.faults());
        Set<Long> leaked = new HashSet<>();
        for (Leak leak : report.leaks()) {
            leaked.add(leak.block().handle());
            if (isWanted(leak.block().since(), before, after)) {
                wanted.add(leak);
            }
        }
        List<LeakGroup> leaks = new ArrayList<>();
        List<LeakGroup> suppressed = new ArrayList<>();
        for (LeakGroup group : wanted.groups()) {
            (known.suppress(group) ? suppressed : leaks).add(group);
        }
        Picture picture = inspector.picture();
        List<SiteRow> never = picture.sites().stream()
                .filter(row ->
                        row.totals().allocations() >= neverFreed && row.totals().frees() == 0)
                .toList();
        List<LeakGroup> stuck = before == null ? null : stuck(inspector, leaked, before, after);
        return new Findings(
                report, leaks, suppressed, never, stuck, picture.accounts().quarantined());
    }

    private static boolean isWanted(Instant since, Instant before, Instant after) {
        return since == null || ((before == null || since.isBefore(before)) && (after == null || since.isAfter(after)));
    }

    private static List<LeakGroup> stuck(Inspector inspector, Set<Long> leaked, Instant before, Instant after) {
        LeakGroups old = new LeakGroups(List.of());
        inspector.blocks(
                block -> block.since() != null
                        && !block.pinned()
                        && isWanted(block.since(), before, after)
                        && !leaked.contains(block.handle()),
                block -> old.add(
                        block.state(), block, block.owner() != null ? block.owner() : block.allocatedBy(), "", ""));
        return old.groups();
    }

    // ---------------------------------------------------------------- for people

    private void tables(Session session, Findings findings) throws IOException {
        LeakShape shape = new LeakShape(session.look(), Paint.BAD);
        Table<LeakGroup> table = session.table(shape);
        Listing<LeakGroup> rows = new Listing<>(ranking.order(shape), ranking.limit(Integer.MAX_VALUE), table::add);
        findings.leaks.forEach(rows);
        rows.finish();
        table.finish();
        session.sum(sum(findings));
        if (!findings.report.whole()) {
            session.remark("not all blocks were searched; with a larger --search some may turn out possible");
        }
        if (findings.quarantined > 0) {
            session.remark(Numbers.sizeInWords(findings.quarantined)
                    + " out of use because of damage; 'shm blocks --state quarantine' lists the blocks");
        }
        if (!findings.neverFreed.isEmpty()) {
            session.told("");
            session.told("never freed, by line of code");
            Table<SiteRow> never = new Table<>(session.out(), session.look(), new SiteShape());
            for (SiteRow row : findings.neverFreed) {
                never.add(row);
            }
            never.finish();
        }
        if (findings.stuck != null && !findings.stuck.isEmpty()) {
            session.told("");
            session.told("old, and no leak");
            Table<LeakGroup> stuck =
                    new Table<>(session.out(), session.look(), new LeakShape(session.look(), Paint.PLAIN));
            for (LeakGroup group : findings.stuck) {
                stuck.add(group);
            }
            stuck.finish();
        }
    }

    private static String sum(Findings findings) {
        String suppressed = findings.suppressed.isEmpty()
                ? ""
                : "; suppressed " + Numbers.counted(blocks(findings.suppressed), "block") + ", "
                        + Numbers.sizeInWords(bytes(findings.suppressed));
        if (findings.leaks.isEmpty()) {
            return "no leaks in " + Numbers.counted(findings.report.blocks(), "block") + suppressed;
        }
        return Numbers.counted(blocks(findings.leaks), "block") + ", " + Numbers.sizeInWords(bytes(findings.leaks))
                + " in " + Numbers.counted(findings.leaks.size(), "group") + suppressed;
    }

    private static long blocks(List<LeakGroup> groups) {
        return groups.stream().mapToLong(LeakGroup::blocks).sum();
    }

    private static long bytes(List<LeakGroup> groups) {
        return groups.stream().mapToLong(LeakGroup::bytes).sum();
    }

    // ---------------------------------------------------------------- for programs

    private void json(Session session, Findings findings) throws IOException {
        Json json = session.startJson("leaks")
                .field("region", region)
                .field("at", findings.report.at())
                .field("blocks", blocks(findings.leaks))
                .field("bytes", bytes(findings.leaks));
        groups(json, "leaks", "kind", findings.leaks);
        groups(json, "suppressed", "kind", findings.suppressed);
        json.key("neverFreed").array();
        for (SiteRow row : findings.neverFreed) {
            RowJson.siteRow(json, row);
        }
        json.endArray();
        if (findings.stuck != null) {
            groups(json, "stuck", "state", findings.stuck);
        }
        json.field("inUse", findings.report.blocks())
                .field("searched", findings.report.searched())
                .field("whole", findings.report.whole())
                .field("quarantinedBytes", findings.quarantined);
        session.endJson(json);
    }

    private static void groups(Json json, String key, String kind, List<LeakGroup> groups) throws IOException {
        json.key(key).array();
        for (LeakGroup group : groups) {
            RowJson.leakGroup(json, kind, group);
        }
        json.endArray();
    }
}
