package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.ladder.Ladder;
import io.shm.ledger.SiteCapture;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Level 6: real processes that end with {@code Runtime.halt} before their n-th write to the region, for a sample of n. */
@ExtendWith(RegionTraces.class)
@Timeout(3600)
class HaltsIT {
    private static final int HALTS = Ladder.size("halts", 12, 300);
    private static final int SIZE = 4 << 20;

    private final long seed = Ladder.seed();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void whatAHaltAtAnyWriteLeavesIsReaped() throws Exception {
        System.out.println("HaltsIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("halts");
        Ladder.row("6", "real processes ended by Runtime.halt before write n", "halts", seed, count -> {
            RegionOptions options = RegionOptions.named(name)
                    .size(SIZE)
                    .pool("packet", 500, 30)
                    .budget("limited", 400_000)
                    .siteCapture(SiteCapture.off());
            try (Region region = Region.create(options);
                    Inspector inspector = Inspector.open(name)) {
                long writes = writesOf(region);
                RandomWork rest = new RandomWork(Workplace.of(region), 1, random.split());
                rest.emptyCells();
                long kept = inspector.picture().accounts().live();
                assertThat(writes).isGreaterThan(HALTS);
                for (int i = 0; i < HALTS; i++) {
                    // Each part of the program has its share, and where in it is left to chance.
                    long n = 1 + i * writes / HALTS + random.nextLong(Math.max(1, writes / HALTS));
                    halt(region, Math.min(n, writes));
                    rest.emptyCells();
                    assertSound(inspector, kept, n);
                    count.add(1);
                }
            } finally {
                Region.remove(name, true);
            }
        });
    }

    private static long writesOf(Region region) throws Exception {
        try (ChildOfLadder whole = new ChildOfLadder(HaltVictim.class, region.reference(), "0")) {
            long writes = Long.parseLong(whole.readLine());
            assertThat(whole.exitCode()).isZero();
            return writes;
        }
    }

    private static void halt(Region region, long n) throws Exception {
        try (ChildOfLadder halting = new ChildOfLadder(HaltVictim.class, region.reference(), Long.toString(n))) {
            int code = halting.exitCode();
            // What others left may have saved it some writes: then it has ended in good order.
            assertThat(code).as("exit code, write %s", n).isIn(HaltingMemory.HALTED, 0);
        }
        region.reapDead();
    }

    private static void assertSound(Inspector inspector, long kept, long n) {
        Picture picture = inspector.picture();
        assertThat(picture.processes()).as("who is left, write %s", n).hasSize(1);
        assertThat(picture.accounts().live()).as("bytes in use, write %s", n).isEqualTo(kept);
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        assertThat(inspector.verify().broken()).as("broken rules, write %s", n).isEmpty();
    }
}
