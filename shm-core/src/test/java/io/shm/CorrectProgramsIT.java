package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.inspect.Picture;
import io.shm.ladder.Ladder;
import io.shm.ledger.Level;
import io.shm.ledger.SiteCapture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Level 6, of what is told rather than done: random correct programs in real processes, some of which are killed with SIGKILL
 * at a step or end by {@code Runtime.halt} before a write, while somebody looks for leaks. No fault is written, nothing is
 * called a leak but what a dead process has not been reaped of yet, and once it has, the books balance. A process that ended
 * well runs the next program.
 */
@ExtendWith(RegionTraces.class)
@Timeout(7200)
class CorrectProgramsIT {
    private static final int PROGRAMS = Ladder.size("jvms", 15, 200);
    private static final int AT_ONCE = 3;
    private static final int STEPS = 2000;
    private static final int MOST_WRITES = 60_000;
    private static final int SIZE = 12 << 20;
    private static final Level[] LEVELS = {Level.SITES, Level.SITES, Level.FULL, Level.PARANOID};

    private final long seed = Ladder.seed();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<ChildOfLadder> idle = new ArrayList<>();
    private int deaths;

    /** A program that a process runs. */
    private record Running(ChildOfLadder process, String what) {}

    @Test
    void haveNoFaultsAndNoLeaksHoweverTheyDie() throws Exception {
        System.out.println("CorrectProgramsIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("correct");
        Ladder.row(
                "6", "correct programs in real processes, some killed: no fault, no leak", "programs", seed, count -> {
                    RegionOptions options = RegionOptions.named(name)
                            .size(SIZE)
                            .pool("packet", 500, 300)
                            .siteCapture(SiteCapture.off());
                    try (Region region = Region.create(options);
                            Inspector inspector = Inspector.open(name)) {
                        RandomWork own = new RandomWork(Workplace.of(region), 0, random.split());
                        own.emptyCells();
                        long kept = inspector.picture().accounts().live();
                        for (int done = 0; done < PROGRAMS; done += AT_ONCE) {
                            region.setLevel(LEVELS[random.nextInt(LEVELS.length)]);
                            round(region.reference(), inspector, own, Math.min(AT_ONCE, PROGRAMS - done));
                            region.reapDead();
                            own.end();
                            assertThat(leaks(inspector)).as("leaks").isEmpty();
                            own.emptyCells();
                            assertSound(inspector, kept);
                            count.add(Math.min(AT_ONCE, PROGRAMS - done));
                        }
                        System.out.println("CorrectProgramsIT: " + PROGRAMS + " programs, " + deaths + " of them died");
                    } finally {
                        idle.forEach(ChildOfLadder::close);
                        Region.remove(name, true);
                    }
                });
    }

    private void round(String reference, Inspector inspector, RandomWork own, int programs) throws IOException {
        List<Running> running = new ArrayList<>();
        try {
            for (int i = 1; i <= programs; i++) {
                running.add(start(reference, i));
            }
            for (Running program : running) {
                for (int i = random.nextInt(500); i > 0; i--) {
                    own.step();
                }
                assertThat(leaks(inspector))
                        .as("leaks while programs run, but for what is to be reaped")
                        .allMatch(leak -> leak.kind() == LeakKind.ORPHAN || leak.kind() == LeakKind.INDIRECT);
                end(program);
            }
        } finally {
            running.stream()
                    .map(Running::process)
                    .filter(process -> !idle.contains(process))
                    .forEach(ChildOfLadder::close);
        }
    }

    private Running start(String reference, int number) throws IOException {
        ChildOfLadder process = idle.isEmpty() ? new ChildOfLadder(CorrectProgram.class) : idle.remove(idle.size() - 1);
        String program = random.nextLong() + " " + number + " " + (1 + random.nextInt(STEPS));
        String what = switch (random.nextInt(4)) {
            case 0 -> "kill " + program;
            case 1 -> "halt " + program + " " + (1 + random.nextInt(MOST_WRITES));
            default -> "end " + program;
        };
        process.tell(reference + " " + what);
        return new Running(process, what);
    }

    private void end(Running program) throws IOException {
        String answer = program.process().readLine();
        if (program.what().startsWith("kill")) {
            assertThat(answer).as(program.what()).isEqualTo("killable");
            program.process().kill();
            deaths++;
        } else if (answer == null && program.what().startsWith("halt")) {
            assertThat(program.process().exitCode()).as(program.what()).isEqualTo(HaltingMemory.HALTED);
            deaths++;
        } else {
            assertThat(answer).as(program.what()).isEqualTo("done");
            idle.add(program.process());
        }
    }

    private static List<Leak> leaks(Inspector inspector) {
        return inspector.leaks().leaks();
    }

    private static void assertSound(Inspector inspector, long kept) {
        assertThat(inspector.faults().stream().filter(FaultRow::isFault))
                .as("faults")
                .isEmpty();
        Picture picture = inspector.picture();
        assertThat(picture.processes()).as("who is left").hasSize(1);
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        assertThat(picture.accounts().live()).as("bytes in use").isEqualTo(kept);
        assertThat(inspector.verify().broken()).as("broken rules").isEmpty();
    }
}
