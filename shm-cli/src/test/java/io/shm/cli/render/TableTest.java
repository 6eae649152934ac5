package io.shm.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cli.render.Column.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private record Row(String name, Long bytes, Instant since, String site) {}

    private static final Shape<Row> SHAPE =
            new Shape<>(List.of(
                    Column.shown("name", Kind.TEXT),
                    Column.shown("bytes", Kind.BYTES),
                    Column.shown("age", Kind.AGE),
                    Column.shown("site", Kind.SITE),
                    Column.extra("count", Kind.COUNT))) {
                @Override
                public Object value(Row row, String key) {
                    return switch (key) {
                        case "name" -> row.name;
                        case "bytes", "count" -> row.bytes;
                        case "age" -> row.since;
                        default -> row.site;
                    };
                }

                @Override
                public Paint paint(Row row, String key) {
                    return key.equals("name") ? Paint.BAD : Paint.PLAIN;
                }
            };

    private final StringBuilder text = new StringBuilder();

    private static Look look(boolean plain, boolean colour, Integer width) {
        return new Look(true, plain, colour, width == null ? null : () -> width, NOW);
    }

    private String table(Look look, Row... rows) throws IOException {
        Table<Row> table = new Table<>(text, look, SHAPE);
        for (Row row : rows) {
            table.add(row);
        }
        table.finish();
        return text.toString();
    }

    private static Row row(String name, long bytes) {
        return new Row(name, bytes, NOW.minusSeconds(90), "com.acme.md.Rx.poll(Rx.java:17)");
    }

    @Test
    void numbersStandRightAndTextLeft() throws IOException {
        assertThat(table(look(false, false, null), row("orders", 64 << 20), row("订单", 896)))
                .isEqualTo("""
                        NAME     BYTES    AGE  SITE
                        orders  64 MiB  1m30s  com.acme.md.Rx.poll(Rx.java:17)
                        订单       896  1m30s  com.acme.md.Rx.poll(Rx.java:17)
                        """);
    }

    @Test
    void plainNumbersAreDigitsOnly() throws IOException {
        assertThat(table(look(true, false, null), row("a", 64 << 20))).contains(" 67108864 ");
    }

    @Test
    void missingValuesLeaveTheirColumnEmptyAndNoBlanksAtTheEnd() throws IOException {
        assertThat(table(look(false, false, null), new Row("a", null, null, null), row("b", 1)))
                .isEqualTo("""
                        NAME  BYTES    AGE  SITE
                        a
                        b         1  1m30s  com.acme.md.Rx.poll(Rx.java:17)
                        """);
    }

    @Test
    void inATerminalSitesGiveWayAndNothingElse() throws IOException {
        assertThat(table(look(false, false, 50), row("orders", 896))).isEqualTo("""
                        NAME    BYTES    AGE  SITE
                        orders    896  1m30s  c.a.md.Rx.poll(Rx.java:17)
                        """);
        text.setLength(0);
        assertThat(table(look(false, false, 40), row("orders", 896))).contains("1m30s  ….poll(Rx.java:17)");
    }

    @Test
    void hostileTextCannotLeaveItsLine() throws IOException {
        String table = table(look(false, false, null), new Row("x\n\u001b[2Jy", 1L, null, "A.b(\u202e)"));

        assertThat(table.lines()).hasSize(2);
        assertThat(table).contains("x\\n\\e[2Jy").contains("A.b(\\u202e)");
    }

    @Test
    void coloursDoNotCountAsWidth() throws IOException {
        String plain = table(look(false, false, null), row("a", 1), row("long name", 22));
        text.setLength(0);
        String painted = table(look(false, true, null), row("a", 1), row("long name", 22));

        assertThat(painted).contains("\u001b[31ma\u001b[0m");
        assertThat(painted.replaceAll("\u001b\\[[0-9]*m", "")).isEqualTo(plain);
    }

    @Test
    void rowsBehindTheLookAheadAreWrittenAsTheyCome() throws IOException {
        Table<Row> table = new Table<>(text, look(false, false, null), SHAPE);
        for (int i = 0; i < 1500; i++) {
            table.add(row(i == 1400 ? "a much longer name" : "n", i));
        }
        assertThat(text.toString().lines()).hasSize(1501);
        table.finish();

        List<String> lines = text.toString().lines().toList();
        assertThat(lines).hasSize(1501);
        assertThat(lines.get(1)).startsWith("n         0");
        assertThat(lines.get(1500)).startsWith("n                   1,499");
    }

    @Test
    void chosenColumnsComeInTheirOrder() throws IOException {
        Table<Row> table = new Table<>(
                text,
                look(false, false, null),
                SHAPE,
                List.of(SHAPE.columns().get(4), SHAPE.columns().get(0)),
                "  ");
        table.add(row("a", 12_345_678));
        table.finish();

        assertThat(text.toString()).isEqualTo("       COUNT  NAME\n  12,345,678  a\n");
    }

    @Test
    void withoutHeadingsThereAreOnlyRows() throws IOException {
        Look look = new Look(false, false, false, null, NOW);

        assertThat(table(look, row("a", 1))).isEqualTo("a  1  1m30s  com.acme.md.Rx.poll(Rx.java:17)\n");
    }

    @Test
    void sitesLoseTheirPackagesBeforeTheirMethods() {
        String site = "com.acme.md.Rx.poll(Rx.java:17)";

        assertThat(Sites.shorten(site, 40)).isEqualTo(site);
        assertThat(Sites.shorten(site, 30)).isEqualTo("c.acme.md.Rx.poll(Rx.java:17)");
        assertThat(Sites.shorten(site, 25)).isEqualTo("c.a.m.Rx.poll(Rx.java:17)");
        assertThat(Sites.shorten(site, 17)).isEqualTo("…poll(Rx.java:17)");
        assertThat(Sites.shorten("Rx.poll(Rx.java:17)", 12)).isEqualTo("…Rx.java:17)");
        assertThat(Sites.shorten("(unknown)", 5)).isEqualTo("…own)");
    }

    @Test
    void dumpsLookAsHexdumpShowsThem() throws IOException {
        byte[] bytes = new byte[70];
        System.arraycopy(
                "hello \u0001 world, more\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, bytes, 0, 20);
        HexDump.write(bytes, 0x41000, text);

        assertThat(text.toString()).isEqualTo("""
                        00041000  68 65 6c 6c 6f 20 01 20  77 6f 72 6c 64 2c 20 6d  |hello . world, m|
                        00041010  6f 72 65 00 00 00 00 00  00 00 00 00 00 00 00 00  |ore.............|
                        00041020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
                        *
                        00041040  00 00 00 00 00 00                                 |......|
                        """);
    }
}
