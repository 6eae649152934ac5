package io.shm.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.RegionOptions;
import io.shm.Scope;
import io.shm.cli.Cli;
import io.shm.cli.OnARegion;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ReportTest extends OnARegion {
    private static final Site ADD = Site.of("com.acme.order.Gateway", "add", "Gateway.java", 41);
    private static final Site POLL = Site.of("com.acme.md.Rx", "poll", "Rx.java", 17);
    private static final Tag PACKET = Tag.of("packet");

    /** Markup in every name that a process can write. */
    private static final String ATTACK = "</script></td><script>document.title='broken'</script>"
            + "<img src=x onerror=document.title='broken'>\"'&<!--\u202e\u0000";

    @Override
    protected RegionOptions options(RegionOptions usual) {
        return usual.processName(ATTACK).pool("pooled", 64, 100);
    }

    @BeforeEach
    void fill() {
        region.allocate(100, PACKET, ADD);
        region.allocate(500_000, Tag.of("book"), POLL);
        region.allocate(99, Tag.of(ATTACK), Site.of(ATTACK, ATTACK, ATTACK, 3));
        try (Scope client = region.scope(ATTACK)) {
            for (int i = 0; i < 7; i++) {
                client.allocate(128, PACKET, ADD);
            }
        }
        Block twice = region.allocate(40, PACKET, ADD);
        twice.free();
        assertThatThrownBy(twice::free).isInstanceOf(StaleHandleException.class);
    }

    private Path page(String... more) {
        Path file = folder.resolve("page.html");
        String[] args = new String[4 + more.length];
        args[0] = "report";
        args[1] = path;
        args[2] = "-o";
        args[3] = file.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        Cli cli = Cli.run(args);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return file;
    }

    // ---------------------------------------------------------------- as text

    @Test
    void aPageHasAllPartsAndNeedsNothingElse() throws IOException {
        String page = Files.readString(page());
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("id=\"map\"", "id=\"accounts\"", "id=\"flame\"", "id=\"leaks\"", "id=\"faults\"")
                .contains("id=\"processes\"", "id=\"pools\"", "id=\"tags\"", "id=\"sites\"")
                .doesNotContain("id=\"growth\"")
                .contains("Gateway.add", "double-free", "500,")
                .doesNotContain("http:", "https:", "src=\"", "@import", "url(");
    }

    @Test
    void namesAreNoMarkup() throws IOException {
        String page = Files.readString(page());
        // The data, and the page's own.
        assertThat(page.split("<script", -1)).hasSize(3);
        assertThat(page.split("</script", -1)).hasSize(3);
        assertThat(page).doesNotContain("<img").doesNotContain("\u202e").doesNotContain("\u0000");
        assertThat(page).contains("&lt;/script&gt;&lt;/td&gt;&lt;script&gt;");
        assertThat(page).contains("\\u003c/script\\u003e");
    }

    @Test
    void onlyTheScriptOfThePageMayRun() throws IOException {
        assertThat(Files.readString(page()))
                .containsPattern("default-src 'none'; [^\"]*script-src 'sha256-[A-Za-z0-9+/]{43}='\"");
    }

    @Test
    void growthIsSinceABaseline() throws IOException {
        Path baseline = folder.resolve("monday.json");
        assertThat(Cli.run("baseline", path, "-o", baseline.toString()).code()).isZero();
        region.allocate(12_345, Site.of("com.acme.Grower", "grow", "Grower.java", 5));
        String page = Files.readString(page("--baseline", baseline.toString()));
        String growth = page.substring(page.indexOf("id=\"growth\""), page.indexOf("id=\"processes\""));
        assertThat(growth).contains("+12,345", "Grower.grow").doesNotContain("Gateway");
    }

    @Test
    void manySitesMakeNoLargePage() throws IOException {
        for (int i = 0; i < 500; i++) {
            region.allocate(16, Tag.of("tag" + i % 100), Site.of("com.acme.C" + i, "m".repeat(150), "F.java", i));
        }
        Path page = page();
        assertThat(Files.size(page)).isLessThan(2_000_000);
        assertThat(Files.readString(page)).contains(" more, which the command line shows");
    }

    @Test
    void whatIsAskedForMustMakeSense() throws IOException {
        assertThat(Cli.run("report", path).err()).contains("-o FILE");
        assertThat(Cli.run("report", path, "-o", path).err()).contains("is the region itself");
        assertThat(Cli.run(
                                "report",
                                folder.resolve("none").toString(),
                                "-o",
                                folder.resolve("x").toString())
                        .code())
                .isEqualTo(3);
        Path noBaseline = Files.writeString(folder.resolve("no.json"), "{}");
        Path page = folder.resolve("y.html");
        assertThat(Cli.run("report", path, "-o", page.toString(), "--baseline", noBaseline.toString())
                        .code())
                .isEqualTo(2);
        assertThat(page).doesNotExist();
        assertThat(Cli.run("report", path, "-o", page.toString(), "--json").json())
                .containsEntry("schema", "shm.report/1")
                .containsEntry("file", page.toString())
                .containsEntry("blocks", 10L);
    }

    // ---------------------------------------------------------------- in a browser

    private Browser browser(Path page, int width, boolean dark) throws IOException {
        return Browser.open(page, folder, width, 900, dark);
    }

    @Test
    void aBrowserShowsItAndAClickChoosesACell() throws IOException {
        assumeTrue(Browser.program() != null, "no Chromium here: it is in Debian's chromium");
        Path page = page();
        try (Browser browser = browser(page, 1200, false)) {
            assertThat(browser.eval("document.title")).startsWith("orders");
            assertThat(browser.eval("document.querySelectorAll('img').length")).isEqualTo("0");
            assertThat(browser.eval("document.querySelectorAll('#cells i').length > 100"))
                    .isEqualTo("true");
            assertThat(browser.eval("document.querySelectorAll('#cells i.leaked').length > 0"))
                    .isEqualTo("true");

            browser.click("#cells i.leaked");
            assertThat(browser.eval("document.getElementById('cell').textContent"))
                    .contains("in use", "leaked block", "tag packet");
            browser.eval("document.getElementById('cells').focus()");
            browser.press("Home");
            assertThat(browser.eval("document.getElementById('cell').textContent"))
                    .isEqualTo("0x0 – 0x2000: header and tables.");
            browser.press("ArrowRight");
            assertThat(browser.eval("document.getElementById('cell').textContent"))
                    .startsWith("0x2000 – ");
            browser.eval("document.querySelector('#map-by button:nth-child(2)').click()");
            assertThat(browser.eval("document.getElementById('legend').textContent"))
                    .contains("document.title='broken'");

            // The flame graph: a click zooms in, Escape out again.
            browser.eval("document.querySelector('#flame-by button:nth-child(2)').click()");
            String widest = "document.querySelectorAll('#flames button').length";
            String all = browser.eval(widest);
            browser.eval("[...document.querySelectorAll('#flames button')]"
                    + ".find(b => b.textContent === 'packet').id = 'packet'");
            browser.click("#packet");
            assertThat(browser.eval("document.getElementById('frame').textContent"))
                    .startsWith("packet: 996 bytes in 8 blocks");
            assertThat(browser.eval("document.activeElement.textContent")).isEqualTo("packet");
            browser.press("ArrowDown");
            assertThat(browser.eval("document.activeElement.textContent")).isEqualTo("com.acme.order");
            browser.press("Escape");
            browser.press("Escape");
            assertThat(browser.eval(widest)).isEqualTo(all);

            // A fault tells its story, and tables sort and filter.
            browser.click("#faults summary");
            assertThat(browser.eval("document.querySelector('#faults details').open"))
                    .isEqualTo("true");
            browser.eval("document.querySelector('#sites th:last-child button').click()");
            assertThat(browser.eval("document.querySelector('#sites th:last-child').ariaSort"))
                    .isEqualTo("ascending");
            browser.eval("document.getElementById('filter').value = 'RX.POLL'");
            browser.eval("document.getElementById('filter').dispatchEvent(new Event('input'))");
            assertThat(browser.eval("[...document.querySelectorAll('#sites tbody tr')].filter(r => !r.hidden).length"))
                    .isEqualTo("1");
            assertThat(browser.eval("document.title")).startsWith("orders");

            // Should the escaping fail one day, the page's policy still lets nothing run.
            browser.eval(
                    "document.body.insertAdjacentHTML('beforeend', '<p id=in onclick=\"document.title=1\">x</p>')");
            browser.eval("document.getElementById('in').click()");
            browser.eval("document.body.append(Object.assign(document.createElement('script'),"
                    + " {textContent: 'document.title=2'}))");
            assertThat(browser.eval("document.title")).startsWith("orders");
        }
    }

    @Test
    void itFitsAPhoneAndObeysTheDark() throws IOException {
        assumeTrue(Browser.program() != null, "no Chromium here: it is in Debian's chromium");
        Path page = page();
        try (Browser browser = browser(page, 360, true)) {
            assertThat(browser.eval("document.documentElement.scrollWidth <= 360"))
                    .as("nothing sticks out: "
                            + browser.eval("[...document.querySelectorAll('main *')]"
                                    + ".filter(e => e.getBoundingClientRect().right > 361)"
                                    + ".map(e => e.tagName + '.' + e.className).slice(0, 5)"))
                    .isEqualTo("true");
            assertThat(browser.eval("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(18, 21, 26)");
            assertThat(browser.eval("document.title")).startsWith("orders");
        }
    }
}
