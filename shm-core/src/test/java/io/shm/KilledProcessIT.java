package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import io.shm.ledger.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes are killed with SIGKILL in the middle of allocating and freeing. */
@ExtendWith(RegionTraces.class)
@Timeout(300)
class KilledProcessIT {
    /** Far less than all the dead together would hold: what one leaves must be there for the next. */
    private static final int SIZE = 24 << 20;

    private static final int ROUNDS = Integer.getInteger("shm.kills", 6);
    private static final Site SITE = Site.here();

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void theDeadAreReapedByTheLivingTheBooksAddUpAndTheOthersGoOn() throws Exception {
        System.out.println("KilledProcessIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("killed");
        try (Region region = Region.create(RegionOptions.named(name).size(SIZE).pool("packet", 500, 200));
                RegionProcess survivor = new RegionProcess(name, "survivor");
                Inspector inspector = Inspector.open(name)) {
            long handle = Long.parseLong(survivor.ask("hold 3000 11"));
            List<Block> blocks = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                try (RegionProcess victim = new RegionProcess(name, "victim-" + round)) {
                    assertThat(victim.ask("churn " + random.nextLong())).isEqualTo("churning");
                    long atWork = random.nextLong(50_000);
                    do {
                        blocks.add(region.allocate(100, SITE));
                    } while (allocationsOf(inspector, victim.pid()) <= atWork);
                    victim.kill();

                    Picture picture = inspector.picture();
                    // It is shown as dead, or for a moment as alive, while a reaper that is about to say so has its
                    // byte.
                    while (rowOf(picture, victim.pid()).isPresent()) {
                        Thread.onSpinWait();
                        picture = inspector.picture();
                    }
                    // Of one walk the processes are read last; the blocks may be from before.
                    picture = inspector.picture();
                    assertThat(picture.blocks()).isEqualTo(1 + blocks.size());
                    assertThat(rowOf(picture, survivor.pid())
                                    .orElseThrow()
                                    .process()
                                    .state())
                            .isEqualTo(Liveness.ALIVE);
                    assertThat(picture.accounts().total()).isEqualTo(SIZE);
                    assertThat(picture.damaged()).isZero();
                }
                assertThat(survivor.ask("work " + random.nextLong() + " 5000")).isEqualTo("done, refused 0");
                assertThat(survivor.ask("read " + handle + " 2999")).isEqualTo("11");
                blocks.forEach(Block::free);
                blocks.clear();
                try (RegionProcess joiner = new RegionProcess(name, "joiner")) {
                    assertThat(joiner.ask("read " + handle + " 0")).isEqualTo("11");
                    assertThat(joiner.ask("work " + random.nextLong() + " 5000"))
                            .isEqualTo("done, refused 0");
                    assertThat(joiner.end()).isZero();
                }
            }
            Picture picture = inspector.picture();
            assertThat(picture.accounts().total()).isEqualTo(SIZE);
            assertThat(picture.damaged()).isZero();
            assertThat(survivor.end()).isZero();
        } finally {
            Region.remove(name, true);
        }
    }

    private static Optional<ProcessRow> rowOf(Picture picture, int pid) {
        return picture.processes().stream()
                .filter(row -> row.process().pid() == pid)
                .findFirst();
    }

    private static long allocationsOf(Inspector inspector, int pid) {
        return rowOf(inspector.picture(), pid).orElseThrow().totals().allocations();
    }
}
