package io.shm.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cli.Cli;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever bytes a region has, what is written about it is in the format that was asked for. */
class DamagedExportTest {
    private static final int ROUNDS = 8;
    private static final long SIZE = 4 << 20;

    @TempDir
    Path folder;

    private byte[] region;

    @BeforeEach
    void make() throws IOException {
        String path = folder.resolve("orders").toString();
        try (Region made = Region.create(
                RegionOptions.named(path).size(SIZE).pool("packet", 64, 100).policy(RegionOptions.Policy.KEEP))) {
            made.setLevel(Level.FULL);
            made.startTrace(64);
            for (int i = 0; i < 40; i++) {
                made.allocate(100).free();
            }
            for (int i = 0; i < 300; i++) {
                made.allocate(1 + i * 7 % 900, Tag.of("tag" + i % 9), Site.of("com.acme.C" + i % 40, "m", "C.java", i));
            }
            made.allocate(1 << 20, Tag.of("large"));
            made.root("mail").publish(made.allocate(64, Tag.of("packet")));
        }
        region = Files.readAllBytes(Path.of(path));
        Region.remove(path, true);
    }

    /** Words that are somebody's offset, length or count are the ones that hurt: so mostly among the tables. */
    private byte[] damaged(Random random) {
        byte[] bytes = region.clone();
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 400; i++) {
            int used = random.nextInt(4) == 0 ? bytes.length : bytes.length / 4;
            // The first page says what it is; without that, nothing is written at all.
            int at = 4096 + random.nextInt((used - 4096) / 8) * 8;
            long word = words.getLong(at);
            words.putLong(
                    at,
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextLong();
                        case 1 -> word ^ (1L << random.nextInt(64));
                        case 2 -> -1;
                        default -> word + random.nextInt(1000) - 500;
                    });
        }
        return bytes;
    }

    @Test
    void everyFormatStaysWhatItIs() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("DamagedExportTest: seed " + seed);
        Random random = new Random(seed);
        int written = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path copy = Files.write(folder.resolve("copy"), damaged(random));
            for (String format :
                    List.of("mtrace", "memdir", "collapsed", "csv", "json", "openmetrics", "pprof", "jfr")) {
                Path out = folder.resolve("out-" + format);
                Cli cli = Cli.run("export", copy.toString(), "--format", format, "-o", out.toString());
                assertThat(cli.code())
                        .as("seed %d round %d %s: %s", seed, round, format, cli.err())
                        .isIn(0, 3);
                if (cli.code() == 0) {
                    written++;
                    check(format, out);
                }
            }
            Path page = folder.resolve("page.html");
            Cli cli = Cli.run("report", copy.toString(), "-o", page.toString());
            assertThat(cli.code())
                    .as("seed %d round %d report: %s", seed, round, cli.err())
                    .isIn(0, 3);
            if (cli.code() == 0) {
                assertThat(Files.readString(page).split("<script", -1)).hasSize(3);
                assertThat(Files.size(page)).isLessThan(2_000_000);
            }
        }
        assertThat(written).as("seed %d: nothing was written", seed).isPositive();
    }

    private static void check(String format, Path out) throws IOException {
        switch (format) {
            case "mtrace" -> MtraceReading.of(Files.readString(out));
            case "json" -> new Cli(0, Files.readString(out), "").json();
            case "openmetrics" -> OpenMetricsReading.of(Files.readString(out));
            case "pprof" -> ProfileReading.of(Files.readAllBytes(out)).samples();
            case "collapsed" ->
                assertThat(Files.readAllLines(out)).allMatch(line -> line.matches("[^;]+(;[^;]+)+ \\d+"));
            case "csv" ->
                assertThat(Files.readAllLines(out))
                        .allMatch(line -> !line.isEmpty())
                        .hasSizeGreaterThan(0);
            default -> assertThat(out).exists();
        }
    }
}
