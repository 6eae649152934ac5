package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.heap.Block;
import io.shm.inspect.Accounts;
import io.shm.ledger.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RegionTraces.class)
@Timeout(300)
class LargeBlockIT {
    private static final Site SITE = Site.here();
    private static final long BLOCK = (2L << 30) + 123;
    private static final long SIZE = BLOCK + (64 << 20);

    @Test
    void aBlockMayBeLargerThanTwoGibibytes() throws Exception {
        Assumptions.assumeTrue(available() > 2 * SIZE, "needs 4.2 GiB of memory available for a block of 2 GiB");
        Assumptions.assumeTrue(
                Files.getFileStore(Path.of("/dev/shm")).getUsableSpace() > SIZE, "needs 2.1 GiB in /dev/shm");
        String name = RegionTraces.name("large");
        try (Region region = Region.create(RegionOptions.named(name).size(SIZE));
                RegionProcess child = new RegionProcess(name, "child")) {
            Block block = region.allocate(BLOCK, SITE);
            block.putByte(BLOCK - 1, (byte) 9);
            block.putLong(BLOCK - 16, 77);
            assertThat(block.size()).isEqualTo(BLOCK);
            assertThat(child.ask("read " + block.handle() + " " + (BLOCK - 1))).isEqualTo("9");
            assertThat(region.resolve(block.handle()).getLong(BLOCK - 16)).isEqualTo(77);
            assertThatThrownBy(() -> block.getByte(BLOCK)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(block::byteBuffer)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("bytes()");
            assertThat(block.bytes().readByte(BLOCK - 1)).isEqualTo((byte) 9);
            Accounts accounts = RegionTraces.picture(name).accounts();
            assertThat(accounts.live()).isEqualTo(BLOCK);
            assertThat(accounts.total()).isEqualTo(region.mappedSize());
            block.free();
            assertThat(RegionTraces.picture(name).accounts().live()).isZero();
            assertThat(region.allocate(BLOCK, SITE).resize(BLOCK + 4000).size()).isEqualTo(BLOCK + 4000);
            assertThat(child.end()).isZero();
        } finally {
            Region.remove(name, true);
        }
    }

    private static long available() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
