package io.shm.cli.report;

import io.shm.cli.render.LeakGroup;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.SiteChange;
import io.shm.inspect.FaultRow;
import io.shm.inspect.PoolRow;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.SiteInfo;
import io.shm.inspect.SiteRow;
import io.shm.inspect.TagRow;
import io.shm.inspect.TraceInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The parts of the page that are tables and lists. Each is bounded, and says what it leaves out. */
final class Tables {
    private static final int MOST_ROWS = 300;
    private static final int MOST_PLACES = 20;

    private final Report report;
    private final Html html;

    Tables(Report report, Html html) {
        this.report = report;
        this.html = html;
    }

    // ---------------------------------------------------------------- leaks

    void leaks() throws IOException {
        section("leaks", "Leaks", report.leaks.size());
        if (report.leaks.isEmpty()) {
            nothing("Every block in use has somebody who will free it.");
        } else {
            head("Kind", "Blocks#", "Bytes#", "Age#", "Owner", "Tag", "Site");
            for (LeakGroup leak : first(report.leaks)) {
                html.markup("<tr>");
                cell("Kind", () -> html.element("span", "badge bad", leak.kind()));
                number("Blocks", leak.blocks());
                bytes("Bytes", leak.bytes());
                number("Age", ages(leak), seconds(leak.oldest()));
                cell("Owner", () -> owner(leak.owner()));
                cell("Tag", () -> html.text(leak.tag()));
                cell("Site", () -> {
                    site(leak.site());
                    remarks(leak);
                });
                html.markup("</tr>\n");
            }
            end(report.leaks.size());
        }
        if (!report.searchedWhole) {
            nothing("Not all blocks were searched: some that are called definite may be only possible.");
        }
        html.markup("</section>\n");
    }

    private void remarks(LeakGroup leak) throws IOException {
        String scope = leak.scope().isEmpty() ? "" : "scope " + leak.scope();
        String note = leak.note().isEmpty() ? scope : scope.isEmpty() ? leak.note() : scope + ", " + leak.note();
        if (!note.isEmpty()) {
            html.element("span", "note", note);
        }
        html.markup("<details class=\"places\"><summary>places</summary><code>");
        int shown = Math.min(MOST_PLACES, leak.offsets().size());
        for (long offset : leak.offsets().subList(0, shown)) {
            html.text(Numbers.hex(offset)).markup(" ");
        }
        html.markup("</code>")
                .text(leak.blocks() > shown ? "and " + Numbers.grouped(leak.blocks() - shown) + " more" : "")
                .markup("</details>");
    }

    private String ages(LeakGroup leak) {
        String newest = age(leak.newest());
        String oldest = age(leak.oldest());
        return newest.equals(oldest) ? oldest : newest + " – " + oldest;
    }

    // ---------------------------------------------------------------- faults

    void faults() throws IOException {
        List<FaultRow> faults = report.faults.stream().filter(FaultRow::isFault).toList();
        section("faults", "Faults", faults.size());
        if (faults.isEmpty()) {
            nothing("Nothing was proven to be wrong.");
        }
        for (FaultRow fault : first(faults)) {
            fault(fault, "bad");
        }
        if (report.faultsDropped > 0) {
            nothing("The log is full: " + Numbers.grouped(report.faultsDropped) + " more were not kept.");
        }
        left(faults.size());
        List<FaultRow> told =
                report.faults.stream().filter(row -> !row.isFault()).toList();
        if (!told.isEmpty()) {
            html.markup("<h3>Also told, and nobody's mistake</h3>\n");
            for (FaultRow row : first(told)) {
                fault(row, "warn");
            }
        }
        html.markup("</section>\n");
    }

    private void fault(FaultRow fault, String mood) throws IOException {
        html.markup("<details class=\"card\"><summary>")
                .element("span", "badge " + mood, fault.kind())
                .markup(" ");
        if (fault.count() > 1) {
            html.element("b", "times", "× " + Numbers.grouped(fault.count())).markup(" ");
        }
        html.text(what(fault)).markup(" ").open("span", "class", "where");
        site(fault.site());
        html.markup("</span></summary>\n<dl class=\"story\">");
        trace("by", fault.by());
        trace(otherLabel(fault), fault.other());
        trace("allocated", fault.allocated());
        trace("beside it", fault.secondAllocated());
        line(
                "block",
                fault.offset() == 0 ? "" : Numbers.hex(fault.offset()) + ", handle " + Numbers.hex(fault.handle()));
        line("cell", fault.cell() == 0 ? "" : Numbers.hex(fault.cell()));
        line("found", fault.found().length == 0 ? "" : bytes(fault.found()) + " at " + Numbers.hex(fault.foundAt()));
        line("last", fault.count() > 1 && fault.last() != null ? age(fault.last()) + " ago" : "");
        html.markup("</dl></details>\n");
    }

    private static String what(FaultRow fault) {
        String tag = fault.tag().isEmpty() ? "" : ", tag " + fault.tag();
        return switch (fault.kind()) {
            case "index" -> "index " + fault.observed() + " of " + Numbers.grouped(fault.expected()) + tag;
            case "reclaimed", "left-behind" ->
                Numbers.counted(fault.blocks(), "block") + ", " + Numbers.sizeInWords(fault.bytes());
            default -> (fault.size() == 0 ? "" : Numbers.sizeInWords(fault.size())) + tag;
        };
    }

    private static String otherLabel(FaultRow fault) {
        if (fault.kind().equals("overwritten-ref")) {
            return "over by";
        }
        return fault.other() == null || fault.other().action().isEmpty()
                ? "before"
                : fault.other().action();
    }

    private void trace(String label, TraceInfo trace) throws IOException {
        if (trace != null) {
            html.element("dt", "", label).markup("<dd>");
            html.text((trace.time() == null ? "" : age(trace.time()) + " ago by ") + Owners.inWords(trace.process()));
            html.markup("<br>");
            site(trace.site());
            html.markup("</dd>");
        }
    }

    private void line(String label, String text) throws IOException {
        if (!text.isEmpty()) {
            html.element("dt", "", label).element("dd", "mono", text);
        }
    }

    private static String bytes(byte[] found) {
        StringBuilder text = new StringBuilder();
        for (byte b : found) {
            text.append(text.length() == 0 ? "" : " ").append(Character.forDigit((b >> 4) & 0xf, 16));
            text.append(Character.forDigit(b & 0xf, 16));
        }
        return text.toString();
    }

    // ---------------------------------------------------------------- growth

    void growth() throws IOException {
        if (report.growth == null) {
            return;
        }
        List<SiteChange> changes = report.growth.changes().stream()
                .sorted(Comparator.comparingLong(SiteChange::grown).reversed())
                .toList();
        section("growth", "Growth in " + Numbers.age(report.growth.time()), changes.size());
        if (!report.growth.sameRegion()) {
            nothing("The baseline is of another region: compared by line of code all the same.");
        }
        if (changes.isEmpty()) {
            nothing("No line of code holds more or less than it did.");
        } else {
            long most =
                    changes.stream().mapToLong(c -> Math.abs(c.grown())).max().orElse(1);
            head("Grown#", "", "Blocks#", "Bytes now#", "Bytes/s#", "Site");
            for (SiteChange change : first(changes)) {
                html.markup("<tr>");
                number("Grown", signed(change.grown()), change.grown());
                cell("", () -> bar(Math.abs(change.grown()), most, change.grown() > 0 ? "bad" : "good"));
                number("Blocks", signed(change.blocksGrown()), change.blocksGrown());
                bytes("Bytes now", change.bytes());
                number("Bytes/s", Numbers.tenths(change.bytesPerSecond()), Math.round(change.bytesPerSecond()));
                cell("Site", () -> site(change.site()));
                html.markup("</tr>\n");
            }
            end(changes.size());
        }
        html.markup("</section>\n");
    }

    private static String signed(long value) {
        return value > 0 ? "+" + Numbers.grouped(value) : Numbers.grouped(value);
    }

    // ---------------------------------------------------------------- who and where

    void processes() throws IOException {
        List<ProcessRow> rows = report.picture.processes();
        section("processes", "Processes", rows.size());
        if (rows.isEmpty()) {
            nothing("Nobody is attached.");
        } else {
            long most = rows.stream().mapToLong(ProcessRow::bytes).max().orElse(1);
            head("Pid#", "Name", "State", "Blocks#", "Bytes#", "", "Joined#");
            for (ProcessRow row : first(rows)) {
                html.markup("<tr>");
                number(
                        "Pid",
                        Integer.toString(row.process().pid()),
                        row.process().pid());
                cell("Name", () -> html.element("b", "", row.process().name()));
                cell("State", () -> state(row.process()));
                number("Blocks", row.blocks());
                bytes("Bytes", row.bytes());
                cell("", () -> bar(row.bytes(), most, ""));
                number(
                        "Joined",
                        age(row.process().joinedAt()),
                        seconds(row.process().joinedAt()));
                html.markup("</tr>\n");
            }
            end(rows.size());
        }
        html.markup("</section>\n");
    }

    void pools() throws IOException {
        List<PoolRow> rows = report.picture.pools();
        if (rows.isEmpty()) {
            return;
        }
        section("pools", "Pools", rows.size());
        head("Tag", "Size#", "In use#", "", "Capacity#", "Peak#", "Refused#", "When empty");
        for (PoolRow row : first(rows)) {
            html.markup("<tr>");
            cell("Tag", () -> html.element("b", "", row.tag().isEmpty() ? "(any)" : row.tag()));
            bytes("Size", row.blockSize());
            number("In use", row.live());
            cell("", () -> bar(row.live(), row.capacity(), row.live() >= row.capacity() ? "bad" : ""));
            number("Capacity", row.capacity());
            number("Peak", row.peak());
            number("Refused", row.refused());
            cell("When empty", () -> html.text(row.whenEmpty()));
            html.markup("</tr>\n");
        }
        end(rows.size());
        html.markup("</section>\n");
    }

    void tags() throws IOException {
        List<TagRow> rows = report.picture.tags().stream()
                .sorted(Comparator.comparingLong(TagRow::bytes).reversed())
                .toList();
        section("tags", "Tags", rows.size());
        head("Tag", "Blocks#", "Bytes#", "", "Budget#", "Refused#");
        long most = rows.stream().mapToLong(TagRow::bytes).max().orElse(1);
        for (TagRow row : first(rows)) {
            html.markup("<tr>");
            cell("Tag", () -> html.element("b", "", row.name().isEmpty() ? "(general)" : row.name()));
            number("Blocks", row.blocks());
            bytes("Bytes", row.bytes());
            boolean bounded = row.budget() > 0;
            cell(
                    "",
                    () -> bar(
                            row.bytes(),
                            bounded ? row.budget() : most,
                            bounded && row.bytes() > row.budget() - row.budget() / 10 ? "bad" : ""));
            if (bounded) {
                bytes("Budget", row.budget());
            } else {
                number("Budget", "none", 0);
            }
            number("Refused", row.refused());
            html.markup("</tr>\n");
        }
        end(rows.size());
        html.markup("</section>\n");
    }

    void sites() throws IOException {
        List<SiteRow> rows = report.picture.sites().stream()
                .sorted(Comparator.comparingLong(SiteRow::bytes)
                        .thenComparingLong(SiteRow::blocks)
                        .reversed())
                .toList();
        section("sites", "Sites", rows.size());
        html.markup("<p><label class=\"faint\" for=\"filter\">Only those with</label> "
                + "<input id=\"filter\" type=\"search\" placeholder=\"Send.add\" autocomplete=\"off\"></p>\n");
        long most = rows.stream().mapToLong(SiteRow::bytes).max().orElse(1);
        head("Bytes#", "", "Blocks#", "Allocated#", "Freed#", "Site");
        for (SiteRow row : first(rows)) {
            html.markup("<tr>");
            bytes("Bytes", row.bytes());
            cell("", () -> bar(row.bytes(), most, ""));
            number("Blocks", row.blocks());
            number("Allocated", row.totals() == null ? 0 : row.totals().allocations());
            number("Freed", row.totals() == null ? 0 : row.totals().frees());
            cell("Site", () -> site(row.site()));
            html.markup("</tr>\n");
        }
        end(rows.size());
        html.markup("</section>\n");
    }

    // ---------------------------------------------------------------- how tables are written

    /** Writes what is in a cell. */
    @FunctionalInterface
    private interface Content {
        void write() throws IOException;
    }

    private void section(String id, String title, long count) throws IOException {
        html.markup("<section id=\"" + id + "\"><h2>")
                .text(title)
                .markup(" ")
                .element("span", "count", count == 0 ? "" : Numbers.grouped(count))
                .markup("</h2>\n");
    }

    /** Columns of figures end with a {@code #}. */
    private void head(String... columns) throws IOException {
        html.markup("<div class=\"scroll\"><table><thead><tr>");
        for (String column : columns) {
            boolean figure = column.endsWith("#");
            html.markup(figure ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                    .text(figure ? column.substring(0, column.length() - 1) : column)
                    .markup("</th>");
        }
        html.markup("</tr></thead><tbody>\n");
    }

    private void end(int rows) throws IOException {
        html.markup("</tbody></table></div>\n");
        left(rows);
    }

    private void left(int rows) throws IOException {
        if (rows > MOST_ROWS) {
            nothing("and " + Numbers.grouped(rows - MOST_ROWS) + " more, which the command line shows");
        }
    }

    private void nothing(String text) throws IOException {
        html.element("p", "nothing", text).markup("\n");
    }

    private static <T> List<T> first(List<T> rows) {
        return rows.size() > MOST_ROWS ? rows.subList(0, MOST_ROWS) : rows;
    }

    private void cell(String label, Content content) throws IOException {
        html.open("td", "data-label", label);
        content.write();
        html.markup("</td>");
    }

    private void number(String label, long value) throws IOException {
        number(label, Numbers.grouped(value), value);
    }

    private void bytes(String label, long value) throws IOException {
        number(label, Numbers.size(value), value);
    }

    private void number(String label, String text, long value) throws IOException {
        html.markup("<td class=\"n\" data-value=\"" + value + "\" data-label=\"" + label + "\">")
                .text(text)
                .markup("</td>");
    }

    private void bar(long part, long whole, String mood) throws IOException {
        double percent = whole <= 0 ? 0 : Math.max(0, Math.min(100, 100.0 * part / whole));
        html.markup("<span class=\"bar " + mood + "\"><i style=\"width:" + Math.round(percent * 10) / 10.0
                + "%\"></i></span>");
    }

    private void owner(ProcessInfo process) throws IOException {
        if (process == null) {
            html.text("nobody");
            return;
        }
        html.text(process.pid() == 0 ? "" : process.pid() + " ")
                .text(process.name())
                .markup(" ");
        if (process.state() != ProcessInfo.Liveness.ALIVE) {
            state(process);
        }
    }

    private void state(ProcessInfo process) throws IOException {
        String mood = switch (process.state()) {
            case ALIVE -> "good";
            case DEAD, LOCK_LOST -> "bad";
            case LEFT, UNKNOWN -> "";
        };
        html.element("span", "badge " + mood, Owners.state(process.state()));
    }

    /** The package steps back: what tells one line from another is class, method and line. */
    private void site(SiteInfo site) throws IOException {
        if (site.className().isEmpty()) {
            html.element("span", "site faint", "(unknown)");
            return;
        }
        int dot = site.className().lastIndexOf('.');
        html.markup("<span class=\"site\">")
                .element("span", "faint", site.className().substring(0, dot + 1))
                .element(
                        "b",
                        "",
                        site.className().substring(dot + 1) + (site.method().isEmpty() ? "" : "." + site.method()))
                .element(
                        "span",
                        "faint",
                        site.file().isEmpty()
                                ? ""
                                : "(" + site.file() + (site.line() > 0 ? ":" + site.line() : "") + ")")
                .markup("</span>");
    }

    private String age(Instant since) {
        return since == null ? "" : Numbers.age(Duration.between(since, report.at));
    }

    private long seconds(Instant since) {
        return since == null ? -1 : Duration.between(since, report.at).toSeconds();
    }
}
