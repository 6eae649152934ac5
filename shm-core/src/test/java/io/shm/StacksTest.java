package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.SiteInfo;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.ledger.Stacks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole stacks, at level full. */
class StacksTest {
    private static final Site HERE = Site.here("named");

    @TempDir
    Path folder;

    private Path path;
    private Region region;

    @BeforeEach
    void make() {
        path = folder.resolve("stacks");
        region = Region.create(RegionOptions.named(path.toString()).size(16 << 20));
        region.setLevel(Level.FULL);
    }

    @AfterEach
    void leave() {
        region.close();
    }

    private List<BlockRow> withStacks() {
        List<BlockRow> rows = new ArrayList<>();
        try (Inspector inspector = Inspector.open(path.toString())) {
            inspector.blocks(row -> !row.stack().isEmpty(), rows::add);
        }
        return rows;
    }

    private Block deep(int depth, long size) {
        return depth == 0 ? region.allocate(size, HERE) : deep(depth - 1, size);
    }

    @Test
    void aLargeBlockHasItsStackFromTheCallerOn() {
        Block block = deep(5, 2 * Stacks.INTERVAL_BYTES);

        List<BlockRow> rows = withStacks();
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).handle()).isEqualTo(block.handle());
        assertThat(rows.get(0).site().method()).isEqualTo("named");
        List<SiteInfo> stack = rows.get(0).stack();
        assertThat(stack.subList(0, 6)).allSatisfy(frame -> {
            assertThat(frame.className()).isEqualTo(StacksTest.class.getName());
            assertThat(frame.method()).isEqualTo("deep");
        });
        assertThat(stack.get(6).method()).isEqualTo("aLargeBlockHasItsStackFromTheCallerOn");
        assertThat(stack.size()).isBetween(8, Stacks.MOST_FRAMES);
    }

    @Test
    void oneInSoManyBytesOfAThread() {
        int size = 1024;
        int blocks = 4 * (int) (Stacks.INTERVAL_BYTES / size);
        for (int i = 0; i < blocks; i++) {
            region.allocate(size, HERE);
        }

        assertThat(withStacks().size()).isBetween(3, 5);
    }

    @Test
    void equalStacksAreOneEntryAndNoFrameIsListedAsASite() {
        for (int i = 0; i < 5; i++) {
            deep(3, Stacks.INTERVAL_BYTES);
        }

        assertThat(withStacks()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(withStacks().stream().map(BlockRow::stack).distinct()).hasSize(1);
        try (Inspector inspector = Inspector.open(path.toString())) {
            assertThat(inspector.picture().sites()).hasSize(1);
        }
    }

    @Test
    void thereAreNoneBelowFull() {
        for (Level level : new Level[] {Level.OFF, Level.COUNTS, Level.SITES}) {
            region.setLevel(level);
            deep(3, 2 * Stacks.INTERVAL_BYTES).free();
            deep(3, 64);
        }
        assertThat(withStacks()).isEmpty();
    }

    /** Then no stacks are taken any more, and sites find room all the same. */
    @Test
    void stacksLeaveHalfOfTheTableToTheSites() {
        Path small = folder.resolve("small");
        try (Region tight = Region.create(RegionOptions.named(small.toString()).size(4 << 20))) {
            tight.setLevel(Level.FULL);
            for (int i = 0; i < 600; i++) {
                // Another stack each time: 600 depths modulo frames that are kept.
                Block block = deeper(tight, i % 60, i);
                block.free();
            }
            int named = 0;
            for (int i = 0; i < 200; i++) {
                Block block = tight.allocate(16, Site.of("com.acme.Class" + i, "m", "F.java", 1 + i));
                try (Inspector inspector = Inspector.open(small.toString())) {
                    List<BlockRow> rows = new ArrayList<>();
                    inspector.blocks(row -> row.handle() == block.handle(), rows::add);
                    named += rows.get(0).site().className().equals("com.acme.Class" + i) ? 1 : 0;
                }
            }
            assertThat(named).isEqualTo(200);
        }
    }

    private static Block deeper(Region tight, int depth, int way) {
        if (depth == 0) {
            return tight.allocate(Stacks.INTERVAL_BYTES + 1, HERE);
        }
        return (way >>> (depth & 7) & 1) == 0 ? deeper(tight, depth - 1, way) : deeper(tight, depth - 1, way * 31);
    }

    @Test
    void freesFindTheirLineAtLevelFull() {
        Block block = region.allocate(100);
        block.free();
        List<BlockRow> freed = new ArrayList<>();
        try (Inspector inspector = Inspector.open(path.toString())) {
            inspector.allBlocks(row -> row.change().equals("freed"), freed::add);
        }
        assertThat(freed).hasSize(1);
        assertThat(freed.get(0).changedAt().method()).isEqualTo("freesFindTheirLineAtLevelFull");
    }
}
