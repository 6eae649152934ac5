package io.shm;

import io.shm.inspect.Inspector;
import io.shm.ladder.Ladder;
import io.shm.ledger.Level;
import io.shm.ledger.SiteCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random correct programs, step by step in turn, one of which makes one mistake somewhere: it is told of once, as what it is,
 * with the right process and the right line, and nothing else is.
 */
@ExtendWith(RegionTraces.class)
@Timeout(3600)
class ProgramMistakesTest {
    private static final int PROGRAMS = Ladder.size("mistakes", 25, 2000);
    private static final int SIZE = 6 << 20;
    private static final int STEPS = 200;

    @ParameterizedTest
    @EnumSource
    void isToldOfOnceAndNothingElseIs(ProgramMistake mistake) throws Exception {
        long seed = Ladder.seed();
        System.out.println("ProgramMistakesTest " + mistake + " -Dshm.seed=" + seed);
        Ladder.row("4", "programs with a mistake: " + mistake, "programs", seed, count -> {
            for (int i = 0; i < PROGRAMS; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                try {
                    run(mistake, random);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("with -Dshm.seed=" + (seed + i) + ": " + e.getMessage(), e);
                }
                count.add(1);
            }
        });
    }

    private static void run(ProgramMistake mistake, SplittableRandom random) {
        String name = RegionTraces.name("mistakes");
        RegionOptions options = RegionOptions.named(name)
                .size(SIZE)
                .policy(RegionOptions.Policy.KEEP)
                .siteCapture(SiteCapture.off());
        try (Region region = Region.create(options);
                Inspector inspector = Inspector.open(name)) {
            region.setLevel(random.nextInt(3) == 0 ? Level.PARANOID : Level.SITES);
            List<Region> regions = new ArrayList<>();
            List<RandomWork> programs = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                regions.add(CorrectProgram.attach(name, i));
                programs.add(new RandomWork(Workplace.of(regions.get(i - 1)), i, random.split()));
            }
            int wrong = 1 + random.nextInt(3);
            int when = random.nextInt(STEPS);
            long origin = 0;
            for (int step = 0; step < STEPS; step++) {
                for (int i = 1; i <= 3; i++) {
                    programs.get(i - 1).step();
                    if (step == when && i == wrong) {
                        origin = CorrectProgram.commit(mistake, programs.get(i - 1));
                    }
                }
            }
            programs.forEach(RandomWork::end);
            regions.forEach(Region::close);
            new RandomWork(Workplace.of(region), 0, random.split()).emptyCells();
            mistake.check(inspector, wrong, RandomWork.processOf(origin), RandomWork.siteOf(origin));
        } finally {
            Region.remove(name, true);
        }
    }
}
