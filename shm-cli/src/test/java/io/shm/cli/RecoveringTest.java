package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.RegionOptions.Policy;
import io.shm.cli.command.Terminal;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.BlockType;
import io.shm.ledger.Level;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that settle what is left: reap and release. */
@Timeout(120)
class RecoveringTest {
    @TempDir
    Path folder;

    private String path() {
        return folder.resolve("orders").toString();
    }

    private void create(Policy policy) {
        Region.create(RegionOptions.named(path()).size(8 << 20).policy(policy)).close();
    }

    /** A region with one orphan of 5,000 bytes; its offset. */
    private long orphan() {
        try (Region region = Region.create(
                RegionOptions.named(path()).size(8 << 20).policy(Policy.KEEP).processName("gone"))) {
            return region.allocate(5000).offset();
        }
    }

    private static Terminal answering(boolean yes, String verb) {
        return new Terminal(true, true) {
            @Override
            public boolean confirm(String question) {
                assertThat(question).startsWith(verb + " ").endsWith("?");
                return yes;
            }

            @Override
            public int[] size() {
                return new int[] {24, 80};
            }
        };
    }

    private long blocks() {
        return Cli.objects(Cli.run("blocks", "--json", path()).json(), "blocks").size();
    }

    @Test
    void reapFreesWhatTheDeadHold() throws Exception {
        create(Policy.FREE);
        long pid = Deserter.from(path(), 3);
        assertThat(blocks()).isEqualTo(3);
        String what = pid + " risk: 3 blocks, 3,000 bytes, freed\n";

        Cli plan = Cli.run("reap", path(), "--dry-run");
        assertThat(plan).isEqualTo(new Cli(0, "would reap " + what, ""));
        assertThat(blocks()).isEqualTo(3);
        assertThat(Cli.run("reap", path(), "--yes")).isEqualTo(new Cli(0, "reaped " + what, ""));
        assertThat(blocks()).isZero();
        assertThat(Cli.objects(Cli.run("procs", "--json", path()).json(), "processes"))
                .isEmpty();
        assertThat(Cli.run("reap", path(), "--yes")).isEqualTo(new Cli(0, path() + ": nobody to reap\n", ""));
    }

    @Test
    void reapDoesNothingUnconfirmed() throws Exception {
        create(Policy.FREE);
        Deserter.from(path(), 2);

        Cli cli = Cli.run("reap", path());
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err())
                .isEqualTo(
                        "shm: unconfirmed: nothing reaped. --yes reaps 1 dead process with 2 blocks, which are freed;"
                                + " --dry-run only tells\n");
        assertThat(Cli.run(answering(false, "Reap"), "reap", path()).code()).isEqualTo(2);
        assertThat(Cli.run(answering(true, "Reap"), "reap", path(), "--json").code())
                .isEqualTo(2);
        assertThat(blocks()).isEqualTo(2);
        assertThat(Cli.run(answering(true, "Reap"), "reap", path()).code()).isZero();
        assertThat(blocks()).isZero();
    }

    @Test
    void reapUnderPolicyKeepLeavesOrphansThatSayWhoseTheyWere() throws Exception {
        create(Policy.KEEP);
        long pid = Deserter.from(path(), 1);

        Map<String, Object> json = Cli.run("reap", path(), "--yes", "--json").json();
        assertThat(json)
                .containsEntry("schema", "shm.reap/1")
                .containsEntry("reaped", true)
                .containsEntry("policy", "keep")
                .containsEntry("blocks", 1L)
                .containsEntry("bytes", 1000L);
        assertThat(Cli.objects(json, "processes"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("pid", pid));
        Map<String, Object> orphan = Cli.objects(
                        Cli.run("blocks", "--json", path()).json(), "blocks")
                .get(0);
        assertThat(orphan).containsEntry("state", "orphan").containsEntry("change", "orphaned");
        assertThat(Cli.object(orphan, "changedBy")).containsEntry("pid", pid).containsEntry("name", "risk");
        assertThat(Cli.object(orphan, "site")).containsEntry("class", Deserter.class.getName());
    }

    @Test
    void reapOfOnePassesByTheOthers() throws Exception {
        create(Policy.FREE);
        try (Region region = Region.attach(path(), "order-gw")) {
            long own = ProcessHandle.current().pid();
            Cli cli = Cli.run("reap", path(), "--pid", Long.toString(own), "--yes");
            assertThat(cli.code()).isEqualTo(5);
            assertThat(cli.err()).isEqualTo("shm: process " + own + " order-gw is alive: nothing reaped\n");
            assertThat(region.allocate(10).isLive()).isTrue();
        }
        long first = Deserter.from(path(), 1);
        // The second takes the first one's blocks as it joins: a joiner reaps.
        long second = Deserter.from(path(), 2);
        assertThat(second).isNotEqualTo(first);

        assertThat(Cli.run("reap", path(), "--pid", Long.toString(first), "--yes")
                        .out())
                .isEqualTo(path() + ": nobody to reap\n");
        assertThat(blocks()).isEqualTo(2);
        assertThat(Cli.run("reap", path(), "--pid", Long.toString(second), "--yes")
                        .code())
                .isZero();
        assertThat(blocks()).isZero();
    }

    @Test
    void releaseFreesOneOrphan() {
        long offset = orphan();
        String place = Long.toString(offset);
        String what = "the orphan at " + place + ": 5,000 bytes, allocated by process "
                + ProcessHandle.current().pid() + " gone at " + RecoveringTest.class.getName() + ".orphan(";

        Cli plan = Cli.run("release", path(), place, "--dry-run");
        assertThat(plan.code()).isZero();
        assertThat(plan.out()).startsWith("would release " + what);
        assertThat(Cli.run("release", path(), place).code()).isEqualTo(2);
        assertThat(Cli.run("release", path(), place).err())
                .startsWith("shm: unconfirmed: nothing released. --yes releases ");
        assertThat(Cli.run(answering(false, "Release"), "release", path(), place)
                        .code())
                .isEqualTo(2);
        assertThat(blocks()).isEqualTo(1);
        assertThat(Cli.run("release", path(), "0x" + Long.toHexString(offset + 4999), "--yes")
                        .out())
                .isEqualTo(plan.out().replace("would release", "released"));
        assertThat(blocks()).isZero();
        assertThat(Cli.run("release", path(), place, "--yes").code()).isEqualTo(5);
    }

    @Test
    void releaseFreesWhatHangsInAnOrphanAndSaysSo() {
        BlockType node = BlockType.of("node").cell(0);
        long offset;
        try (Region region = Region.create(
                RegionOptions.named(path()).size(8 << 20).policy(Policy.KEEP).processName("gone"))) {
            Block outer = region.allocate(BlockSpec.of(64).type(node));
            Block inner = region.allocate(BlockSpec.of(100).type(node));
            region.slot(inner, 0).publish(region.allocate(200));
            region.slot(outer, 0).publish(inner);
            offset = outer.offset();
        }
        assertThat(blocks()).isEqualTo(3);

        Cli cli = Cli.run("release", path(), Long.toString(offset), "--yes");
        assertThat(cli.code()).isZero();
        assertThat(cli.out())
                .startsWith("released the orphan at")
                .endsWith(", with what hangs in its cells: 2 blocks, 300 bytes\n");
        assertThat(blocks()).isZero();
        assertThat(Cli.run("leaks", path()).code()).isZero();
    }

    @Test
    void whatParanoidTookOutOfUseIsShownAndReleased() {
        long offset;
        try (Region region = Region.create(RegionOptions.named(path()).size(8 << 20))) {
            region.setLevel(Level.PARANOID);
            Block block = region.allocate(40);
            offset = block.offset();
            SharedMemory.at(block.address(), 41, true, block).putByte(40, (byte) 'x');
            block.free();
        }

        Cli leaks = Cli.run("leaks", path());
        assertThat(leaks.code()).isZero();
        assertThat(leaks.out() + leaks.err()).contains("out of use because of damage");
        assertThat(Cli.run("inspect", path()).out()).contains("quarantined");
        assertThat(Cli.run("release", path(), Long.toString(offset), "--yes").out())
                .startsWith("released the block in quarantine at " + offset);
        assertThat(Cli.run("inspect", path()).out()).doesNotContain("quarantined");
        Cli after = Cli.run("leaks", path());
        assertThat(after.out() + after.err()).doesNotContain("out of use");
    }

    @Test
    void releaseInJsonShowsTheBlock() {
        String place = Long.toString(orphan());

        Map<String, Object> plan =
                Cli.run("release", path(), place, "--dry-run", "--json").json();
        assertThat(plan).containsEntry("schema", "shm.release/1").containsEntry("released", false);
        assertThat(Cli.object(plan, "hanging")).containsEntry("blocks", 0L).containsEntry("released", true);
        assertThat(Cli.object(plan, "block")).containsEntry("size", 5000L).containsEntry("state", "orphan");
        assertThat(Cli.run("release", path(), place, "--yes", "--json").json()).containsEntry("released", true);
    }

    @Test
    void releaseLeavesWhatIsSomebodys() {
        try (Region region =
                Region.create(RegionOptions.named(path()).size(8 << 20).processName("order-gw"))) {
            Block block = region.allocate(100);
            Cli cli = Cli.run("release", path(), Long.toString(block.offset()), "--yes");

            assertThat(cli.code()).isEqualTo(5);
            assertThat(cli.err()).contains("is live, owned by process").contains("order-gw: nothing released");
            assertThat(block.isLive()).isTrue();
            assertThat(Cli.run("release", path(), "100", "--yes").code()).isEqualTo(2);
            assertThat(Cli.run("release", path(), "here", "--yes").code()).isEqualTo(2);
        }
    }

    @Test
    void copiesAreRefused() throws IOException {
        long offset = orphan();
        Path copy = Files.copy(Path.of(path()), folder.resolve("copy"));

        for (String[] args : new String[][] {
            {"reap", copy.toString(), "--yes"}, {"release", copy.toString(), Long.toString(offset), "--yes"}
        }) {
            Cli cli = Cli.run(args);
            assertThat(cli.code()).isEqualTo(5);
            assertThat(cli.err()).contains("is a copy of a region: nothing re");
        }
        assertThat(Files.mismatch(Path.of(path()), copy)).isEqualTo(-1);
        assertThat(Cli.run("reap", path() + "-none").code()).isEqualTo(3);
        assertThat(Cli.run("release", path() + "-none", "1").code()).isEqualTo(3);
    }
}
