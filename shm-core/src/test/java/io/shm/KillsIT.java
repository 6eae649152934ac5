package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.Verification;
import io.shm.ladder.Ladder;
import io.shm.ledger.SiteCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Level 6: real processes, in the middle of everything, killed with SIGKILL; the others reap them meanwhile, and may be
 * killed while they do. One kill is one process, each with three threads and two participants. After each kill all
 * invariants are checked while the others go on; whenever all are dead, that nothing is left of them.
 */
@ExtendWith(RegionTraces.class)
@Timeout(7200)
class KillsIT {
    private static final int KILLS = Ladder.size("kills", 40, 3000);
    private static final int AT_ONCE = 4;
    private static final int SIZE = 12 << 20;
    /** Larger than any class: runs of slabs of their own, which nobody keeps. */
    private static final long LARGE = 150_000;

    /** As SIGKILL ends a process. */
    private static final int KILLED = 128 + 9;

    private final long seed = Ladder.seed();
    private final SplittableRandom random = new SplittableRandom(seed);
    private RandomWork own;

    @Test
    void nothingIsLostAndNobodyIsBlocked() throws Exception {
        System.out.println("KillsIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("kills");
        Ladder.row("6", "real processes killed with SIGKILL, an audit each", "kills", seed, count -> {
            RegionOptions options = RegionOptions.named(name)
                    .size(SIZE)
                    .pool("packet", 500, 300)
                    .budget("limited", 400_000)
                    .siteCapture(SiteCapture.off());
            try (Region region = Region.create(options);
                    Inspector inspector = Inspector.open(name)) {
                own = new RandomWork(Workplace.of(region), 1, random.split());
                own.emptyCells();
                long kept = inspector.picture().accounts().live();
                int room = room(region, LARGE);
                for (int kills = 0; kills < KILLS; kills += AT_ONCE) {
                    round(region, inspector, kept, count);
                    assertThat(roomInTheEnd(region, room))
                            .as("blocks of another class that fit")
                            .isEqualTo(room);
                }
            } finally {
                Region.remove(name, true);
            }
        });
    }

    private void round(Region region, Inspector inspector, long kept, Ladder.Count count) throws Exception {
        List<ChildOfLadder> victims = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                victims.add(new ChildOfLadder(KillVictim.class, region.reference(), Long.toString(random.nextLong())));
            }
            for (ChildOfLadder victim : victims) {
                victim.expect("working");
            }
            for (ChildOfLadder victim : victims) {
                work(random.nextInt(3000));
                assertThat(victim.kill()).as("exit code of %s", victim.pid()).isEqualTo(KILLED);
                work(random.nextInt(300));
                assertSound(inspector.verify());
                count.add(1);
            }
        } finally {
            victims.forEach(ChildOfLadder::close);
        }
        region.reapDead();
        own.end();
        own.emptyCells();
        Picture picture = inspector.picture();
        assertThat(picture.processes())
                .as("who is left")
                .extracting(KillsIT::pid)
                .containsExactly((int) ProcessHandle.current().pid());
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        assertThat(picture.accounts().live()).as("bytes in use").isEqualTo(kept);
        assertSound(inspector.verify());
    }

    private static int pid(ProcessRow row) {
        return row.process().pid();
    }

    /** What this process does meanwhile, with checks that nobody else writes to what it has. */
    private void work(int steps) {
        for (int i = 0; i < steps; i++) {
            own.step();
        }
    }

    private static void assertSound(Verification verification) {
        assertThat(verification.broken()).as("broken rules").isEmpty();
        assertThat(verification.quarantined()).as("out of use").isEmpty();
    }

    /** The first time around, empty slabs that are given back only when memory is short may lie between two runs. */
    private static int room(Region region, long size) {
        fill(region, size);
        return fill(region, size);
    }

    /**
     * What is lost stays missing however often it is measured: so slabs were found that nobody looked at any more, as the one
     * who had freed their last block was killed before it said so. What the housekeeper has in its hands for a moment comes
     * back.
     */
    private static int roomInTheEnd(Region region, int expected) {
        int room = room(region, LARGE);
        for (int attempt = 0; room != expected && attempt < 20; attempt++) {
            room = room(region, LARGE);
        }
        return room;
    }

    private static int fill(Region region, long size) {
        List<Block> blocks = new ArrayList<>();
        for (Block b = region.tryAllocate(size); b != null; b = region.tryAllocate(size)) {
            blocks.add(b);
        }
        blocks.forEach(Block::free);
        return blocks.size();
    }
}
