package io.shm.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cli.Cli;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the page of a large region: how long it takes to write, how large it is, and how long a headless Chromium takes until
 * it is loaded. Run by its name only; sizes are asserted, times are printed:
 *
 * <pre>
 * mvn -q -pl shm-cli -am -Dfast test -Dtest=PageLoad -Dsurefire.failIfNoSpecifiedTests=false [-Dshm.page.blocks=N]
 * </pre>
 */
class PageLoad {
    private static final int BLOCKS = Integer.getInteger("shm.page.blocks", 1_000_000);
    private static final int LOADS = Integer.getInteger("shm.page.loads", 7);
    private static final int SITES = 300;
    private static final int TAGS = 40;
    private static final long LARGEST = 5_000_000;

    @TempDir
    Path folder;

    @Test
    void ofAMillionBlocks() throws IOException {
        Path page = folder.resolve("page.html");
        write(page, BLOCKS);
        assertThat(Files.size(page)).isLessThan(LARGEST);
        assumeTrue(Browser.program() != null, "no Chromium here: it is in Debian's chromium");
        load(page, folder, LOADS);
    }

    private static void write(Path page, int blocks) throws IOException {
        String name = "page-load-" + ProcessHandle.current().pid();
        SplittableRandom random = new SplittableRandom(42);
        List<Block> scattered = new ArrayList<>();
        try (Region region = Region.create(RegionOptions.named(name).size(blocks * 420L + (64 << 20)))) {
            for (int i = 0; i < blocks * 5 / 4; i++) {
                int site = random.nextInt(SITES);
                Block block = region.allocate(
                        1 + random.nextInt(200),
                        Tag.of("tag-" + site % TAGS),
                        Site.of("com.acme.part" + site % 17 + ".Class" + site, "method", "Class.java", site));
                if (i % 5 == 0) {
                    scattered.add(block);
                }
            }
            scattered.forEach(Block::free);
            long begun = System.nanoTime();
            Cli cli = Cli.run("report", name, "-o", page.toString());
            System.out.printf("%s%s", cli.out(), cli.err());
            System.out.printf("written in %,d ms, %,d bytes%n", ms(System.nanoTime() - begun), Files.size(page));
        } finally {
            Region.remove(name, true);
        }
    }

    private static void load(Path page, Path folder, int loads) throws IOException {
        long[] wholes = new long[loads];
        for (int i = 0; i < loads; i++) {
            try (Browser browser = Browser.open(page, folder.resolve("browser-" + i), 1280, 900, false)) {
                String navigation = "performance.getEntriesByType('navigation')[0]";
                Map<String, Double> took = browser.metrics();
                wholes[i] = Math.round(Double.parseDouble(browser.eval(navigation + ".loadEventEnd")));
                System.out.printf(
                        "loaded after %,d ms, first painted after %s ms; script %.0f ms, styles %.0f ms, layout %.0f ms,"
                                + " all tasks %.0f ms; %s elements%n",
                        wholes[i],
                        browser.eval("Math.round((performance.getEntriesByName('first-contentful-paint')[0]"
                                + " || {startTime: -1}).startTime)"),
                        1e3 * took.getOrDefault("ScriptDuration", 0.0),
                        1e3 * took.getOrDefault("RecalcStyleDuration", 0.0),
                        1e3 * took.getOrDefault("LayoutDuration", 0.0),
                        1e3 * took.getOrDefault("TaskDuration", 0.0),
                        browser.eval("document.querySelectorAll('*').length"));
            }
        }
        Arrays.sort(wholes);
        System.out.printf("median %,d ms, worst %,d ms of %d loads%n", wholes[loads / 2], wholes[loads - 1], loads);
    }

    private static long ms(long ns) {
        return Math.round(ns / 1e6);
    }
}
