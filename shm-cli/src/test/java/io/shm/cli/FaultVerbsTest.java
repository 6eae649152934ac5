package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.RegionOptions;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.inspect.Explanation;
import io.shm.inspect.Inspector;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import io.shm.memory.SharedMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was proven to be wrong, and what lies where. */
class FaultVerbsTest extends OnARegion {
    private static final Site SEND = Site.of("com.acme.Send", "add", "Send.java", 41);
    private static final Site DONE = Site.of("com.acme.Send", "done", "Send.java", 57);
    private static final Site AGAIN = Site.of("com.acme.Send", "close", "Send.java", 63);

    @Override
    protected RegionOptions options(RegionOptions usual) {
        return usual.size(2 << 20);
    }

    private Block freedTwice() {
        Block block = region.allocate(40, Tag.of("packet"), SEND);
        block.free(DONE);
        assertThatThrownBy(() -> block.free(AGAIN)).isInstanceOf(StaleHandleException.class);
        return block;
    }

    @Test
    void aRegionWithoutFaultsIsFine() {
        region.allocate(40).free();
        Cli cli = Cli.run("faults", path);
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).isEqualTo("no faults\n");
        assertThat(Cli.run("faults", path, "--json").json()).containsEntry("count", 0L);
    }

    @Test
    void aDoubleFreeIsShownWithAllThatIsKnown() {
        freedTwice();
        Cli cli = Cli.run("faults", path);

        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.out())
                .contains("double-free  40 bytes at 0x")
                .contains("tag packet")
                .containsPattern("by +.* ago by process \\d+ order-gw  com.acme.Send.close\\(Send.java:63\\)")
                .containsPattern("freed +.* ago by process \\d+ order-gw  com.acme.Send.done\\(Send.java:57\\)")
                .containsPattern("allocated +.* ago by process \\d+ order-gw  com.acme.Send.add\\(Send.java:41\\)")
                .endsWith("1 fault, seen 1 time\n");
        assertThat(Cli.run("inspect", path, "--json").json()).containsEntry("faults", 1L);
        assertThat(Cli.run("inspect", path).out()).contains("1 fault");
    }

    @Test
    void jsonHasTheKeysOfTheContract() throws Exception {
        Block block = freedTwice();
        byte[] before = Files.readAllBytes(Path.of(path));
        Map<String, Object> json = Cli.run("faults", path, "--json").json();

        assertThat(json)
                .containsEntry("schema", "shm.faults/1")
                .containsEntry("region", path)
                .containsEntry("count", 1L)
                .containsEntry("dropped", 0L)
                .containsKey("findings");
        Map<String, Object> fault = Cli.objects(json, "faults").get(0);
        assertThat(fault)
                .containsEntry("kind", "double-free")
                .containsEntry("count", 1L)
                .containsEntry("offset", block.offset())
                .containsEntry("size", 40L)
                .containsEntry("tag", "packet")
                .containsEntry("lost", null)
                .containsKeys("first", "last", "allocated", "freed", "by", "expected", "observed", "found", "cell");
        assertThat(Cli.object(fault, "site")).containsEntry("line", 63L);
        assertThat(Cli.object(Cli.object(fault, "allocated"), "site")).containsEntry("line", 41L);
        assertThat(Cli.object(Cli.object(fault, "freed"), "site")).containsEntry("line", 57L);
        assertThat(Cli.object(fault, "by"))
                .containsEntry("pid", ProcessHandle.current().pid())
                .containsKey("time");
        assertThat(Files.size(Path.of(path))).isEqualTo(before.length);
    }

    @Test
    void anOverrunShowsItsBytes() {
        Block block = region.allocate(40, SEND);
        SharedMemory.at(block.address(), 48, true, block).fill(40, 3, (byte) 'x');
        block.free();
        assertThat(Cli.run("faults", path).out())
                .contains("overrun  40 bytes at")
                .contains("78 78 78")
                .contains("|xxx")
                .contains("right behind the block");
        Map<String, Object> found = Cli.object(
                Cli.objects(Cli.run("faults", path, "--json").json(), "faults").get(0), "found");
        assertThat(found).containsEntry("offset", block.offset() + 40);
        assertThat((String) found.get("hex")).startsWith("787878").hasSize(32);
    }

    @Test
    void watchingAndFollowingAreTwoThings() {
        assertThat(Cli.run("faults", path, "--follow", "--watch").code()).isEqualTo(2);
        assertThat(Cli.run("faults", path, "--follow", "--every", "0s").code()).isEqualTo(2);
        assertThat(Cli.run("faults", folder.resolve("none").toString()).code()).isEqualTo(3);
    }

    // ---------------------------------------------------------------- explain

    private String explain(long offset) {
        return Cli.run("explain", path, Long.toString(offset)).out();
    }

    @Test
    void explainsABlockAndWhatIsBesideIt() {
        Block first = region.allocate(40, SEND);
        Block block = region.allocate(42, Tag.of("packet"), DONE);
        long at = block.offset();

        assertThat(explain(at + 7)).contains(" is byte 7 of block at 0x" + Long.toHexString(at) + " (live, 42 bytes");
        assertThat(explain(at + 7)).contains("com.acme.Send.done(Send.java:57)").contains("com.acme.Send.add");
        assertThat(explain(at + 42)).contains("0 bytes to the right of block").contains("in its slack");
        assertThat(explain(at + 47)).contains("5 bytes to the right of block");
        assertThat(explain(at + 50)).contains("8 bytes to the right of block").contains("in the guard behind it");
        assertThat(explain(first.offset() - 1)).contains("1 byte to the left of block");

        Map<String, Object> json =
                Cli.run("explain", path, Long.toString(at + 47), "--json").json();
        assertThat(json)
                .containsEntry("schema", "shm.explain/1")
                .containsEntry("place", "slack")
                .containsEntry("side", "right")
                .containsEntry("distance", 5L);
        assertThat(Cli.object(json, "block")).containsEntry("size", 42L);
        assertThat(Cli.object(json, "before")).containsEntry("size", 40L);
    }

    private long beginningOfSlab(Block block) {
        try (Inspector inspector = Inspector.open(path)) {
            long at = block.offset();
            while (!inspector.explain(at).place().equals("slab-header")) {
                at -= 8;
            }
            return inspector.explain(at).from();
        }
    }

    @Test
    void explainsTablesRecordsAndNothing() {
        Block block = region.allocate(40, SEND);
        long slabAt = beginningOfSlab(block);
        assertThat(explain(0)).contains("in the header, MAGIC");
        assertThat(explain(4096)).contains("in slot 0, WORD");
        assertThat(explain(slabAt)).contains("in the beginning of slab 0, CANARY");
        assertThat(explain(slabAt + 64)).contains("in the record of block").contains("STATE");

        Cli outside = Cli.run("explain", path, Long.toString(1L << 40), "--json");
        assertThat(outside.code()).isEqualTo(1);
        assertThat(outside.json()).containsEntry("place", "outside").containsEntry("block", null);
        long freeSlab = (2 << 20) - 70_000;
        assertThat(Cli.run("explain", path, Long.toString(freeSlab)).code()).isEqualTo(1);
        assertThat(explain(freeSlab)).contains("which is free");
        assertThat(Cli.run("explain", path, "-5").code()).isEqualTo(2);
    }

    /** Every place of the region has an explanation. */
    @Test
    void nowhereIsItAtALoss() {
        region.allocate(40, SEND);
        region.allocate(200_000, SEND);
        try (Inspector inspector = Inspector.open(path)) {
            for (long at = 0; at < 2 << 20; at += 56) {
                Explanation is = inspector.explain(at);
                assertThat(at).isBetween(is.from(), is.to() - 1);
            }
        }
    }
}
