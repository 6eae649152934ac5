package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.heap.Block;
import io.shm.layout.Handle;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RegionHeader;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code shm verify} on a region of which nobody is left, sound and damaged. */
class VerifyTest {
    @TempDir
    Path folder;

    private Path path;
    /** Of the state word of a kept block. */
    private long recordAt;

    @BeforeEach
    void makeARegionWithOrphans() throws IOException {
        path = folder.resolve("orders");
        long handle;
        try (Region region =
                Region.create(RegionOptions.named(path.toString()).size(4 << 20).policy(RegionOptions.Policy.KEEP))) {
            Block block = region.allocate(100);
            handle = block.handle();
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) Files.size(path)).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(path)) {
            while (bytes.hasRemaining() && file.read(bytes) > 0) {
                // the whole file
            }
        }
        bytes.flip();
        SharedMemory memory = SharedMemory.of(bytes);
        LedgerScan scan = new LedgerScan(
                memory, RegionHeader.check(memory, "orders", memory.size()).map());
        recordAt = scan.block(Handle.slab(handle), Handle.index(handle)).recordAt();
    }

    @Test
    void aSoundRegionIsSaidToBe() {
        Cli verified = Cli.run("verify", path.toString());
        assertThat(verified.err()).isEmpty();
        assertThat(verified.out()).contains("no broken rule in ").doesNotContain("not compared");
        assertThat(verified.code()).isZero();
        assertThat(Cli.run("verify", "--json", path.toString()).json())
                .containsEntry("schema", "shm.verify/1")
                .containsEntry("sound", true)
                .containsEntry("countersCompared", true)
                .containsEntry("brokenCount", 0L);
    }

    @Test
    void whileSomebodyIsAttachedHintsAndCountersAreNotCompared() {
        try (Region region = Region.attach(path.toString())) {
            region.allocate(10);
            Cli verified = Cli.run("verify", path.toString());
            assertThat(verified.out()).contains("not compared: 1 process attached");
            assertThat(verified.code()).isZero();
        }
    }

    @Test
    void aBrokenRuleIsShownAndRepairedWhenConfirmed() throws IOException {
        damage();
        byte[] before = Files.readAllBytes(path);

        Cli verified = Cli.run("verify", path.toString());
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.out())
                .contains("record-word")
                .contains("quarantine")
                .contains("1 broken rule");
        Map<String, Object> json = Cli.run("verify", "--json", path.toString()).json();
        assertThat(json).containsEntry("sound", false);
        assertThat(Cli.objects(json, "broken").get(0))
                .containsEntry("offset", recordAt)
                .containsEntry("place", "record");
        assertThat(Cli.run("verify", "--repair", "--dry-run", path.toString()).code())
                .isEqualTo(1);
        Cli unconfirmed = Cli.run("verify", "--repair", path.toString());
        assertThat(unconfirmed.code()).isEqualTo(2);
        assertThat(unconfirmed.err()).contains("nothing repaired").contains("--yes");
        assertThat(Files.readAllBytes(path)).isEqualTo(before);

        Cli repaired = Cli.run("verify", "--repair", "--yes", path.toString());
        assertThat(repaired.err()).isEmpty();
        assertThat(repaired.out())
                .contains("1 taken out of use")
                .contains("no broken rule")
                .contains("out of use");
        assertThat(repaired.code()).isZero();
        assertThat(Cli.run("verify", path.toString()).code()).isZero();
    }

    @Test
    void aCopyIsVerifiedAndNotRepaired() throws IOException {
        damage();
        Path copy = Files.copy(path, folder.resolve("copy"));
        assertThat(Cli.run("verify", copy.toString()).code()).isEqualTo(1);
        Cli refused = Cli.run("verify", "--repair", "--yes", copy.toString());
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains("is a copy of a region: nothing repaired");
    }

    private void damage() throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), recordAt + 2);
        }
    }
}
