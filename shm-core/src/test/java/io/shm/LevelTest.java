package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.SiteInfo;
import io.shm.inspect.SiteRow;
import io.shm.inspect.TagRow;
import io.shm.layout.HeaderLayout;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class LevelTest {
    private static final Site HERE = Site.here("named");
    private static final Tag PACKET = Tag.of("packet");

    @TempDir
    Path folder;

    private Path path;
    private Region region;

    @BeforeEach
    void make() {
        path = folder.resolve("levels");
        region =
                Region.create(RegionOptions.named(path.toString()).size(4 << 20).pool("pooled", 64, 10));
    }

    @AfterEach
    void leave() {
        region.close();
    }

    private List<BlockRow> blocks() {
        List<BlockRow> rows = new ArrayList<>();
        try (Inspector inspector = Inspector.open(path.toString())) {
            inspector.blocks(row -> true, rows::add);
        }
        return rows;
    }

    private BlockRow rowOf(Block block) {
        return blocks().stream()
                .filter(row -> row.handle() == block.handle())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNewRegionKeepsSites() {
        assertThat(region.level()).isEqualTo(Level.SITES);
        assertThat(rowOf(region.allocate(10)).site().method()).isEqualTo("aNewRegionKeepsSites");
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void eachLevelKeepsWhatItSays(Level level) {
        region.setLevel(level);
        BlockRow walked = rowOf(region.allocate(10));
        BlockRow named = rowOf(region.allocate(20, PACKET, HERE));

        boolean sites = level.compareTo(Level.SITES) >= 0;
        assertThat(walked.site().equals(SiteInfo.UNKNOWN)).isEqualTo(!sites);
        assertThat(named.site().method()).isEqualTo(sites ? "named" : "");
        assertThat(named.since() == null).isEqualTo(level == Level.OFF);
        assertThat(named.thread() == 0).isEqualTo(level == Level.OFF);
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void stateSizeTagAndOwnerAreKeptAtEveryLevel(Level level) {
        region.setLevel(level);
        Block block =
                region.allocate(BlockSpec.of(300).tag(PACKET).alignment(256).secret());
        BlockRow row = rowOf(block);

        assertThat(row.state()).isEqualTo("live");
        assertThat(row.size()).isEqualTo(300);
        assertThat(row.tag()).isEqualTo("packet");
        assertThat(row.alignment()).isEqualTo(256);
        assertThat(row.secret()).isTrue();
        assertThat(row.owner().pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(row.allocatedBy().pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(block.offset() % 256).isZero();
        block.free();
        assertThat(blocks()).isEmpty();
    }

    @Test
    void aChangeOfLevelLeavesWhatIsThere() {
        Block before = region.allocate(10, HERE);
        region.setLevel(Level.OFF);
        Block during = region.allocate(10, HERE);
        region.setLevel(Level.SITES);
        Block after = region.allocate(10, HERE);

        assertThat(rowOf(before).site().method()).isEqualTo("named");
        assertThat(rowOf(during).site()).isEqualTo(SiteInfo.UNKNOWN);
        assertThat(rowOf(after).site().method()).isEqualTo("named");
    }

    /** Allocated at one level, freed at another: every combination, in a class, a pool and as a large block. */
    @Test
    void totalsBalanceWhateverTheLevelsWere() {
        int counted = 0;
        for (Level at : Level.values()) {
            for (Level then : Level.values()) {
                region.setLevel(at);
                List<Block> blocks = List.of(
                        region.allocate(100, PACKET, HERE),
                        region.allocate(60, Tag.of("pooled"), HERE),
                        region.allocate(200_000, PACKET, HERE));
                counted += at == Level.OFF ? 0 : blocks.size();
                assertThat(blocks.get(0).resize(110)).isSameAs(blocks.get(0));
                region.setLevel(then);
                assertThat(blocks.get(0).resize(105)).isSameAs(blocks.get(0));
                blocks.forEach(Block::free);
            }
        }
        long allocations = 0;
        region.close();
        try (Inspector inspector = Inspector.open(path.toString())) {
            for (SiteRow row : inspector.picture().sites()) {
                assertThat(row.totals().frees()).isEqualTo(row.totals().allocations());
                assertThat(row.totals().bytesFreed()).isEqualTo(row.totals().bytesAllocated());
                allocations += row.totals().allocations();
            }
            for (TagRow row : inspector.picture().tags()) {
                assertThat(row.totals().frees()).isEqualTo(row.totals().allocations());
                assertThat(row.totals().bytesFreed()).isEqualTo(row.totals().bytesAllocated());
            }
        }
        assertThat(allocations).isEqualTo(counted);
    }

    @Test
    void whatNobodyCountedIsNotCountedWhenItsOwnerIsGone() {
        region.setLevel(Level.OFF);
        region.allocate(100, PACKET, HERE);
        region.allocate(60, Tag.of("pooled"), HERE);
        region.setLevel(Level.SITES);
        region.close();

        try (Inspector inspector = Inspector.open(path.toString())) {
            assertThat(inspector.picture().blocks()).isZero();
            assertThat(inspector.picture().tags())
                    .allSatisfy(row -> assertThat(row.totals().frees()).isZero());
        }
    }

    @Test
    void budgetsHoldAtEveryLevel() {
        Path budgeted = folder.resolve("budgeted");
        try (Region small = Region.create(
                RegionOptions.named(budgeted.toString()).size(4 << 20).budget("packet", 100))) {
            small.setLevel(Level.OFF);
            Block block = small.tryAllocate(80, PACKET, HERE);
            assertThat(small.tryAllocate(80, PACKET, HERE)).isNull();
            small.setLevel(Level.SITES);
            block.free();
            assertThat(small.tryAllocate(80, PACKET, HERE)).isNotNull();
        }
    }

    @Test
    void aBlockThatMovesIsCountedAsTheLevelIsThen() {
        region.setLevel(Level.OFF);
        Block block = region.allocate(100, PACKET, HERE);
        region.setLevel(Level.COUNTS);
        Block moved = block.resize(1000);

        assertThat(rowOf(moved).since()).isNotNull();
    }

    @Test
    void anybodyMayChangeItWithoutTakingPart() {
        assertThat(Region.setLevel(path.toString(), Level.COUNTS)).isEqualTo(Level.SITES);
        assertThat(Region.setLevel(path.toString(), Level.FULL)).isEqualTo(Level.COUNTS);
        while (region.level() != Level.FULL) {
            Thread.onSpinWait();
        }
        try (Inspector inspector = Inspector.open(path.toString())) {
            assertThat(inspector.picture().processes()).hasSize(1);
            assertThat(inspector.identity().level()).isEqualTo("full");
        }
    }

    @Test
    void aReaderMayNot() {
        try (Region reader = Region.attachReadOnly(path.toString())) {
            assertThatThrownBy(() -> reader.setLevel(Level.OFF))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("read-only");
        }
        region.close();
        assertThatThrownBy(() -> region.setLevel(Level.OFF)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCopyIsLeftAlone() throws IOException {
        Path copy = Files.copy(path, folder.resolve("copy"));
        byte[] before = Files.readAllBytes(copy);

        assertThatThrownBy(() -> Region.setLevel(copy.toString(), Level.OFF)).isInstanceOf(BusyException.class);
        assertThat(Files.readAllBytes(copy)).isEqualTo(before);
        assertThat(folder.resolve(".copy.lock")).doesNotExist();
        assertThatThrownBy(() -> Region.setLevel(folder.resolve("none").toString(), Level.OFF))
                .isInstanceOf(NotFoundException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, -1, Long.MIN_VALUE, 1L << 32, Long.MAX_VALUE})
    void aCodeThatIsNoneWorksAsSites(long code) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer word =
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, code);
            file.write(word, HeaderLayout.LEVEL_OFFSET);
        }
        try (Region other = Region.attach(path.toString());
                Inspector inspector = Inspector.open(path.toString())) {
            assertThat(other.level()).isEqualTo(Level.SITES);
            assertThat(inspector.identity().level()).isEqualTo("code " + code);
        }
    }

    @Test
    void labelsAreReadBack() {
        for (Level level : Level.values()) {
            assertThat(Level.of(level.label())).isEqualTo(level);
            assertThat(Level.ofCode(level.code())).isEqualTo(level);
        }
        assertThatThrownBy(() -> Level.of("loud"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no level 'loud'; there are off, counts, sites, full, paranoid");
    }
}
