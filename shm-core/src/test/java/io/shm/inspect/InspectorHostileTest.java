package io.shm.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.inspect.RegionFixture.Guest;
import io.shm.ladder.Ladder;
import io.shm.layout.HeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.Site;
import io.shm.memory.SharedMemory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random words and records are overwritten, some with words that look right: no exception but for the header, no
 * endless loop, and the sums still give the region.
 */
@Timeout(300)
class InspectorHostileTest {
    private static final int SIZE = 2 << 20;
    private static final int ROUNDS = Ladder.size("damages", 600, 10_000);

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final RegionFixture region = new RegionFixture(SIZE, 2);
    private final byte[] sound = new byte[SIZE];

    InspectorHostileTest() {
        System.out.println("InspectorHostileTest -Dshm.seed=" + seed);
        region.pool(0, "packet", 1500, 20);
        region.pool(1, "", 100_000, 3);
        Guest guest = region.join("gateway");
        int slab = guest.slab(48);
        int span = guest.slab(20_000);
        for (int i = 0; i < 100; i++) {
            guest.live(slab, i, 1 + i % 48, "t" + i % 7, Site.of("C" + i % 20, "m", "C.java", i));
        }
        guest.live(span, 0, 19_000, "", Site.of("D", "m", null, 0));
        guest.large(200_000, "", Site.of("E", "m", null, 0));
        region.memory.getBytes(0, sound, 0, SIZE);
    }

    @Test
    void survivesDamageAnywhereBehindTheHeader() {
        for (int round = 0; round < ROUNDS; round++) {
            Ladder.damaged();
            region.memory.putBytes(0, sound, 0, SIZE);
            int damages = 1 << random.nextInt(12);
            for (int i = 0; i < damages; i++) {
                damage(HeaderLayout.SLAB_COUNT_OFFSET + (random.nextLong(SIZE - 4096) & -8));
            }
            look(round);
        }
    }

    @Test
    void survivesDamageOfTheSlabTableAndTheRecords() {
        for (int round = 0; round < ROUNDS; round++) {
            Ladder.damaged();
            region.memory.putBytes(0, sound, 0, SIZE);
            int damages = 1 + random.nextInt(20);
            for (int i = 0; i < damages; i++) {
                int slab = random.nextInt(16);
                if (random.nextBoolean()) {
                    damageSlab(region.map.slabEntryAt(slab));
                } else {
                    damage(region.map.slabAt(slab) + (random.nextLong(8192) & -8));
                }
            }
            look(round);
        }
    }

    @Test
    void survivesAHeaderWhoseChecksumIsRightAndNothingElse() {
        int opened = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Ladder.damaged();
            region.memory.putBytes(0, sound, 0, SIZE);
            int at = HeaderLayout.FEATURES_OFFSET + 4 * random.nextInt(43);
            region.memory.putInt(at, random.nextBoolean() ? random.nextInt(2_000) : random.nextInt());
            seal(region.memory);
            try {
                look(round);
                opened++;
            } catch (CorruptRegionException | IncompatibleException e) {
                assertThat(e).hasMessageContaining("orders");
            }
        }
        assertThat(opened).isPositive();
    }

    @Test
    void refusesAHeaderThatDoesNotMatchItsChecksum() {
        for (int at = 16; at < HeaderLayout.CHECKSUM_OFFSET + 8; at += 4) {
            region.memory.putBytes(0, sound, 0, SIZE);
            region.memory.putInt(at, region.memory.getInt(at) ^ (1 << random.nextInt(32)));
            assertThatThrownBy(() -> look(0))
                    .isInstanceOf(CorruptRegionException.class)
                    .hasMessageContaining("checksum");
        }
    }

    private void look(int round) {
        try {
            Inspector inspector = region.inspectCopy();
            long mapped = inspector.identity().mapped();
            Picture picture = inspector.picture();
            long[] end = new long[1];
            inspector.extents(extent -> {
                assertThat(extent.offset()).isEqualTo(end[0]);
                end[0] += extent.bytes();
            });
            assertThat(end[0]).isEqualTo(picture.accounts().total());
            assertThat(picture.accounts().total()).isEqualTo(mapped);
            long[] rows = new long[1];
            inspector.blocks(row -> true, row -> {
                rows[0] += row.toString().isEmpty() ? 0 : 1;
                assertThat(row.size()).isBetween(0L, row.realSize());
            });
            assertThat(rows[0]).isGreaterThanOrEqualTo(picture.blocks());
            for (int i = 0; i < 50; i++) {
                long offset = random.nextLong(-100, SIZE + 100);
                inspector.blockAt(offset).ifPresent(row -> inspector.payload(row.offset(), 64));
                inspector.payload(offset, 1 << 20);
            }
        } catch (CorruptRegionException | IncompatibleException e) {
            // Only opening may throw these.
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed=" + seed + " round=" + round, e);
        }
    }

    private void damage(long at) {
        switch (random.nextInt(6)) {
            case 0 -> region.memory.putLong(at, random.nextLong());
            case 1 -> region.memory.putLong(at, 0);
            case 2 -> region.memory.putLong(at, -1);
            case 3 -> region.memory.putLong(at, region.memory.getLong(at) ^ (1L << random.nextInt(64)));
            case 4 ->
                region.memory.putLong(at, StateWord.pack(random.nextInt(16), random.nextInt(256), random.nextLong()));
            default -> region.memory.putLong(at, random.nextInt(100));
        }
    }

    /** Words that look right, with runs and heads that do not. */
    private void damageSlab(long entryAt) {
        region.memory.putLong(
                entryAt,
                SlabWord.pack(random.nextInt(16), random.nextInt(256), random.nextInt(256), random.nextLong()));
        int run = random.nextBoolean() ? random.nextInt(40) - 4 : random.nextInt();
        region.memory.putInt(entryAt + SlabLayout.RUN_OFFSET, run);
        region.memory.putInt(entryAt + SlabLayout.HEAD_OFFSET, random.nextInt(40) - 4);
    }

    /** As the header's writer computes it; a hostile writer can do so too. */
    private static void seal(SharedMemory memory) {
        long sum = HeaderLayout.MAGIC;
        for (int at = 0; at < HeaderLayout.CHECKED_LENGTH; at += 8) {
            sum = (Long.rotateLeft(sum, 23) ^ memory.getLong(at)) * 0x9E3779B97F4A7C15L;
        }
        memory.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
    }
}
