package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.RegionOptions;
import io.shm.cli.command.Terminal;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@code shm map} shows of a region that this JVM uses. */
class MapTest extends OnARegion {
    private static final Site SITE = Site.of("com.acme.Send", "add", "Send.java", 41);
    private static final long MAPPED = 8 << 20;

    @Override
    protected RegionOptions options(RegionOptions usual) {
        return usual.size(MAPPED).pool("packet", 64, 1000);
    }

    private Cli map(String... more) {
        String[] args = new String[2 + more.length];
        args[0] = "map";
        args[1] = path;
        System.arraycopy(more, 0, args, 2, more.length);
        Cli cli = Cli.run(args);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return cli;
    }

    /** The lines of the picture, without their offsets. */
    private static List<String> picture(String out) {
        return out.lines()
                .filter(line -> line.startsWith("0x"))
                .map(line -> line.substring(10))
                .toList();
    }

    /** The character in the middle of the stretch that a place lies in: those at its ends may be its neighbours'. */
    private String character(List<String> picture, long offset) {
        Map<String, Object> extent = Cli.objects(map("--json").json(), "extents").stream()
                .filter(each -> (Long) each.get("offset") + (Long) each.get("bytes") > offset)
                .findFirst()
                .orElseThrow();
        int at = (int) (((Long) extent.get("offset") + (Long) extent.get("bytes") / 2) / 8192);
        String line = picture.get(at / 64);
        return line.substring(at % 64, at % 64 + 1);
    }

    @Test
    void theExtentsAreTheWholeRegionWithoutGapsWhateverIsAllocated() {
        long seed = System.nanoTime();
        System.out.println("MapTest seed " + seed);
        Random random = new Random(seed);
        List<Block> held = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            if (held.isEmpty() || random.nextInt(5) > 0) {
                int size = random.nextInt(50) == 0 ? 1 + random.nextInt(100_000) : 1 + random.nextInt(900);
                held.add(region.allocate(size, random.nextBoolean() ? Tag.of("packet") : Tag.GENERAL, SITE));
            } else {
                held.remove(random.nextInt(held.size())).free();
            }
        }

        Map<String, Object> json = map("--json").json();

        long end = 0;
        long blocks = 0;
        long live = 0;
        for (Map<String, Object> extent : Cli.objects(json, "extents")) {
            assertThat(extent).containsEntry("offset", end);
            end += (Long) extent.get("bytes");
            blocks += extent.containsKey("blocks") ? (Long) extent.get("blocks") : 0;
            live += extent.containsKey("live") ? (Long) extent.get("live") : 0;
        }
        assertThat(end).isEqualTo(MAPPED);
        assertThat(blocks).isEqualTo(held.size());
        assertThat(live).isEqualTo(held.stream().mapToLong(Block::size).sum());
        assertThat(json)
                .containsEntry("schema", "shm.map/1")
                .containsEntry("mapped", MAPPED)
                .containsEntry("count", (long) Cli.objects(json, "extents").size());
    }

    @Test
    void aCharacterSaysWhatLiesThereAndHowFullItIs() {
        Block large = region.allocate(300_000, Tag.of("report"), SITE);
        Block small = region.allocate(100, Tag.GENERAL, SITE);
        List<Block> full = new ArrayList<>();
        for (int i = 0; i < 59; i++) {
            full.add(region.allocate(1000, Tag.GENERAL, SITE));
        }
        Block packet = region.allocate(64, Tag.of("packet"), SITE);

        String out = map().out();
        List<String> picture = picture(out);

        assertThat(out).startsWith(path + ": 8 MiB; a character is 8 KiB, a line 512 KiB\n");
        assertThat(picture).hasSize(16).allMatch(line -> line.length() <= 64);
        assertThat(character(picture, 0)).isEqualTo("░");
        assertThat(character(picture, large.offset())).isEqualTo("■");
        assertThat(character(picture, small.offset())).isEqualTo("▁");
        assertThat(character(picture, full.get(5).offset())).isEqualTo("█");
        assertThat(character(picture, packet.offset())).isEqualTo("◔");
        assertThat(out).containsPattern("large +327,680 +3.9% +5 +1 +1 +100.0%");
        small.free();
        assertThat(character(picture(map().out()), small.offset())).isIn("-", "·");
    }

    @Test
    void byOwnerAndBySizeALetterIsAProcessOrASize() {
        Block small = region.allocate(100, Tag.GENERAL, SITE);
        Block larger = region.allocate(1000, Tag.GENERAL, SITE);

        String bySize = map("--by", "size").out();
        String byOwner = map("--by", "owner").out();

        assertThat(character(picture(bySize), small.offset())).isEqualTo("a");
        assertThat(character(picture(bySize), larger.offset())).isEqualTo("b");
        assertThat(bySize).containsPattern("a +112 B ").containsPattern("b +1,024 B ");
        assertThat(byOwner)
                .containsPattern("a +process " + ProcessHandle.current().pid() + " order-gw ");
    }

    @Test
    void fitsATerminalOfAnySizeAndPaintsOnlyWhereItMay() {
        for (int columns : new int[] {1, 20, 40, 79, 80, 200, 1000}) {
            Terminal terminal = new Terminal(false, true) {
                @Override
                public int[] size() {
                    return new int[] {24, columns};
                }
            };
            Cli plain = Cli.run(terminal, "map", path, "--color", "never");
            assertThat(plain.out()).doesNotContain("\u001b");
            if (columns >= 20) {
                assertThat(picture(plain.out())).isNotEmpty().allMatch(line -> line.length() + 10 <= columns);
            }
            assertThat(Cli.run(terminal, "map", path, "--color", "always").out())
                    .contains("\u001b[2m")
                    .contains("\u001b[36m○");
        }
    }

    @Test
    void damageIsShownHoweverSmall() throws Exception {
        Block block = region.allocate(1000, Tag.GENERAL, SITE);
        Path copy = folder.resolve("copy");
        byte[] bytes = Files.readAllBytes(Path.of(path));
        int slabAt = (int) block.offset() & ~4095;
        for (int at = Math.max(0, slabAt - 65536); at < slabAt + 8192; at += 8) {
            bytes[at] ^= 0x55;
        }
        Files.write(copy, bytes);

        Cli cli = Cli.run("map", copy.toString());

        assertThat(cli.code()).isZero();
        assertThat(cli.out()).contains("✗");
    }

    @Test
    void saysWhatIsWrongWithTheCommandLine() {
        assertThat(Cli.run("map", path, "--rows", "0").code()).isEqualTo(2);
        assertThat(Cli.run("map", path, "--by", "colour").code()).isEqualTo(2);
        assertThat(Cli.run("map", path + "x").code()).isEqualTo(3);
    }
}
