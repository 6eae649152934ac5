package io.shm.cli.report;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Text;
import io.shm.inspect.Accounts;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Identity;
import io.shm.inspect.ProcessInfo.Liveness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;

/** The page from its head to its end; what is in tables, {@link Tables} writes. */
final class Page {
    /** Accounts that the bar shows, each with a meaning for people. */
    private static final Map<String, String> MEANINGS = Map.of(
            "header", "the region itself, its processes, pools, faults",
            "tables", "call sites and tags",
            "ledger", "the records of all blocks",
            "overhead", "guards and rounding",
            "live", "requested, in blocks in use",
            "slack", "more than was requested, in blocks in use",
            "free", "to be had",
            "building", "being formed or collected right now",
            "quarantined", "out of use because of damage",
            "tail", "too little for a slab");

    private final Report report;
    private final Appendable to;
    private final Html html;
    private final Tables tables;

    Page(Report report, Appendable to) {
        this.report = report;
        this.to = to;
        this.html = new Html(to);
        this.tables = new Tables(report, html);
    }

    void write() throws IOException {
        String script = resource("report.js");
        head(script);
        title();
        tiles();
        map();
        accounts();
        flame();
        tables.leaks();
        tables.faults();
        tables.growth();
        tables.processes();
        tables.pools();
        tables.tags();
        tables.sites();
        foot(script);
    }

    private void head(String script) throws IOException {
        html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
                        + "style-src 'unsafe-inline'; script-src 'sha256-" + sha256(script) + "'\">\n")
                .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .markup("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
                .text(name())
                .markup(" · shm report</title>\n<style>\n")
                .markup(resource("report.css"))
                .markup("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n");
    }

    private String name() {
        String reference = report.picture.identity().reference();
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private void title() throws IOException {
        Identity identity = report.picture.identity();
        html.markup("<header class=\"top\"><div class=\"wrap\">\n<p class=\"brand\">shm report</p>\n<h1>")
                .text(name())
                .markup("</h1>\n<p class=\"sub\">")
                .text(identity.kind() + (identity.copy() ? ", a copy" : "") + " · policy " + identity.policy()
                        + " · level " + identity.level() + " · made " + age(identity.createdAt()) + " ago by ")
                .text(
                        identity.creator() == null
                                ? "an unknown process"
                                : identity.creator().name() + " "
                                        + identity.creator().pid())
                .markup("<br><span class=\"faint\">")
                .text(identity.path() + " · id " + identity.regionId() + " · looked at "
                        + report.at.truncatedTo(ChronoUnit.SECONDS))
                .markup("</span></p>\n<nav aria-label=\"Parts of this page\">")
                .markup("<a href=\"#map\">Map</a><a href=\"#flame\">Flame graph</a><a href=\"#leaks\">Leaks</a>")
                .markup("<a href=\"#faults\">Faults</a>")
                .markup(report.growth == null ? "" : "<a href=\"#growth\">Growth</a>")
                .markup("<a href=\"#processes\">Processes</a><a href=\"#sites\">Sites</a>")
                .markup("</nav>\n</div></header>\n<main id=\"main\" class=\"wrap\">\n");
    }

    private void tiles() throws IOException {
        Accounts accounts = report.picture.accounts();
        long leakedBlocks =
                report.leaks.stream().mapToLong(leak -> leak.blocks()).sum();
        long leakedBytes = report.leaks.stream().mapToLong(leak -> leak.bytes()).sum();
        long faults = report.faults.stream().filter(FaultRow::isFault).count();
        long seen = report.faults.stream()
                .filter(FaultRow::isFault)
                .mapToLong(FaultRow::count)
                .sum();
        long alive = report.picture.processes().stream()
                .filter(row -> row.process().state() == Liveness.ALIVE)
                .count();
        long others = report.picture.processes().size() - alive;
        html.markup("<section class=\"tiles\" aria-label=\"In short\">\n");
        tile(
                "",
                "In use",
                Numbers.sizeInWords(accounts.live()),
                Numbers.percent(accounts.live() + accounts.slack(), accounts.total()) + " of "
                        + Numbers.size(accounts.total()) + ", in "
                        + Numbers.counted(report.picture.blocks(), "block"));
        tile(
                "",
                "Free",
                Numbers.sizeInWords(accounts.free()),
                "largest run " + Numbers.sizeInWords(report.picture.largestFree()));
        tile(
                leakedBlocks > 0 ? "bad" : "good",
                "Leaked",
                leakedBlocks == 0 ? "nothing" : Numbers.sizeInWords(leakedBytes),
                leakedBlocks == 0
                        ? "in " + Numbers.counted(report.picture.blocks(), "block")
                        : Numbers.counted(leakedBlocks, "block") + " in "
                                + Numbers.counted(report.leaks.size(), "group"));
        tile(
                faults > 0 ? "bad" : "good",
                "Faults",
                faults == 0 ? "none" : Numbers.grouped(faults),
                faults == 0 ? "in the log" : "seen " + Numbers.counted(seen, "time"));
        tile(
                others > 0 ? "warn" : "",
                "Processes",
                Numbers.grouped(alive) + " alive",
                others == 0 ? "and no other" : Numbers.grouped(others) + " not, or not known to be");
        html.markup("</section>\n");
    }

    private void tile(String mood, String label, String figure, String more) throws IOException {
        html.open("div", "class", "tile " + mood).element("p", "label", label);
        html.element("p", "figure", figure).element("p", "faint", more).markup("</div>\n");
    }

    private void map() throws IOException {
        html.markup("""
                <section id="map"><h2>Memory map</h2>
                <div class="bar-of-choices" role="group" aria-label="Colour by">
                <span class="faint">Colour by</span><span id="map-by"></span></div>
                <div id="cells" class="cells" tabindex="0" role="application"
                 aria-label="Memory map. Arrow keys move from cell to cell." aria-describedby="cell"></div>
                <div id="legend" class="legend"></div>
                <p id="cell" class="cell-text" aria-live="polite">Choose a cell, with the pointer or the arrow keys.</p>
                <noscript><p class="faint">The map and the flame graph need the script of this page.</p></noscript>
                </section>
                """);
    }

    private void accounts() throws IOException {
        Accounts accounts = report.picture.accounts();
        long total = Math.max(1, accounts.total());
        html.markup("<section id=\"accounts\"><h2>Accounts</h2>\n<div class=\"stack\" aria-hidden=\"true\">");
        for (Map.Entry<String, Long> account : accounts.byName().entrySet()) {
            if (account.getValue() > 0) {
                html.markup(
                        "<i class=\"a-" + account.getKey() + "\" style=\"flex-grow:" + account.getValue() + "\"></i>");
            }
        }
        html.markup("</div>\n<dl class=\"accounts\">\n");
        for (Map.Entry<String, Long> account : accounts.byName().entrySet()) {
            if (account.getValue() > 0) {
                html.markup("<div><dt><i class=\"key a-" + account.getKey() + "\"></i>")
                        .text(account.getKey())
                        .markup("</dt><dd class=\"n\">")
                        .text(Numbers.grouped(account.getValue()))
                        .markup("</dd><dd class=\"n faint\">")
                        .text(Numbers.percent(account.getValue(), total))
                        .markup("</dd><dd class=\"faint\">")
                        .text(MEANINGS.get(account.getKey()))
                        .markup("</dd></div>\n");
            }
        }
        html.markup("<div class=\"total\"><dt>total</dt><dd class=\"n\">")
                .text(Numbers.grouped(accounts.total()))
                .markup("</dd><dd class=\"n faint\">100.0%</dd><dd class=\"faint\">the mapped size</dd></div>\n")
                .markup("</dl></section>\n");
    }

    private void flame() throws IOException {
        html.markup("""
                <section id="flame"><h2>Who holds it: process, tag, code</h2>
                <div class="bar-of-choices" role="group" aria-label="Width is">
                <span class="faint">Width is</span><span id="flame-by"></span>
                <button type="button" id="flame-up" class="quiet" disabled>Zoom out</button></div>
                <div id="flames" class="flames"></div>
                <p id="frame" class="cell-text" aria-live="polite">Choose a frame to zoom in; Escape zooms out.</p>
                </section>
                """);
    }

    private void foot(String script) throws IOException {
        html.markup("</main>\n<footer class=\"wrap faint\">Consistent per record, not one instant")
                .text(
                        report.picture.moved() > 0
                                ? "; " + Numbers.counted(report.picture.moved(), "record") + " moved while it was read"
                                : "")
                .text(
                        report.picture.damaged() > 0
                                ? "; " + Numbers.counted(report.picture.damaged(), "damaged record")
                                : "")
                .markup(".</footer>\n<script type=\"application/json\" id=\"data\">");
        Json json = new Json(new NoMarkup(to));
        json.object()
                .field("region", Text.safe(report.picture.identity().reference()))
                .key("map");
        report.map.write(json, report.at);
        json.key("flame");
        report.flame.write(json);
        json.endObject();
        html.markup("</script>\n<script>").markup(script).markup("</script>\n</body>\n</html>\n");
    }

    String age(Instant since) {
        return since == null ? "" : Numbers.age(Duration.between(since, report.at));
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String script) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Within a script element no text may end the element: in JSON the escape of {@code <} is the same text. */
    private record NoMarkup(Appendable to) implements Appendable {
        @Override
        public Appendable append(CharSequence text) throws IOException {
            return append(text, 0, text.length());
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) throws IOException {
            for (int i = start; i < end; i++) {
                append(text.charAt(i));
            }
            return this;
        }

        @Override
        public Appendable append(char c) throws IOException {
            switch (c) {
                case '<' -> to.append("\\u003c");
                case '>' -> to.append("\\u003e");
                case '&' -> to.append("\\u0026");
                default -> to.append(c);
            }
            return this;
        }
    }
}
