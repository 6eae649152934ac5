package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.Inspector;
import io.shm.ladder.Ladder;
import io.shm.ledger.SiteCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Level 6: as {@link ProgramMistakesTest}, in real processes at the same time. The one with the mistake ends; of the others,
 * whose programs are correct, one does and one is killed.
 */
@ExtendWith(RegionTraces.class)
@Timeout(3600)
class ProgramMistakesIT {
    /** Of each mistake. */
    private static final int PROGRAMS = Ladder.size("mistaken.jvms", 2, 20);

    private static final int SIZE = 12 << 20;
    private static final int STEPS = 2000;
    private static final int WRONG = 1;

    private final List<ChildOfLadder> children = new ArrayList<>();

    @Test
    void isToldOfOnceAndNothingElseIs() throws Exception {
        long seed = Ladder.seed();
        System.out.println("ProgramMistakesIT -Dshm.seed=" + seed);
        Ladder.row("6", "programs with a mistake in real processes", "programs", seed, count -> {
            SplittableRandom random = new SplittableRandom(seed);
            try {
                children.add(new ChildOfLadder(CorrectProgram.class));
                children.add(new ChildOfLadder(CorrectProgram.class));
                for (int i = 0; i < PROGRAMS; i++) {
                    for (ProgramMistake mistake : ProgramMistake.values()) {
                        run(mistake, random, i % 2 == 0);
                        count.add(1);
                    }
                }
            } finally {
                children.forEach(ChildOfLadder::close);
            }
        });
    }

    /** @param killed whether a third process works, and is killed */
    private void run(ProgramMistake mistake, SplittableRandom random, boolean killed) throws Exception {
        String name = RegionTraces.name("mistaken");
        RegionOptions options = RegionOptions.named(name)
                .size(SIZE)
                .policy(RegionOptions.Policy.KEEP)
                .siteCapture(SiteCapture.off());
        try (Region region = Region.create(options);
                Inspector inspector = Inspector.open(name)) {
            children.get(0).tell(name + " " + mistake + " " + random.nextLong() + " " + WRONG + " " + STEPS);
            children.get(1).tell(name + " end " + random.nextLong() + " 2 " + STEPS);
            if (killed) {
                try (ChildOfLadder third = new ChildOfLadder(CorrectProgram.class)) {
                    third.tell(name + " kill " + random.nextLong() + " 3 " + random.nextInt(STEPS));
                    third.expect("killable");
                }
            }
            String answer = children.get(0).readLine();
            assertThat(answer).as("%s", mistake).startsWith("done ");
            children.get(1).expect("done");
            region.reapDead();
            new RandomWork(Workplace.of(region), 0, random.split()).emptyCells();
            String[] words = answer.split(" ");
            mistake.check(inspector, WRONG, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        } finally {
            Region.remove(name, true);
        }
    }
}
