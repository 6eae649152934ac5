package io.shm;

import io.shm.heap.Block;
import io.shm.ledger.SiteCapture;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A process that runs one random program after the other, each as a participant of its own, as it is told on its input:
 *
 * <pre>
 * REFERENCE end SEED NUMBER STEPS          to its end                     "done"
 * REFERENCE kill SEED NUMBER STEPS         says "killable" and goes on until it is killed
 * REFERENCE halt SEED NUMBER STEPS WRITE   to its end, or halts before that write: "done", or exit code HALTED
 * REFERENCE MISTAKE SEED NUMBER STEPS      with that mistake somewhere    "done PROCESS SITE", of the block that it is about
 * </pre>
 */
final class CorrectProgram {
    private static final int MOST_STEPS_TO_A_MISTAKE = 100_000;

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            SplittableRandom random = new SplittableRandom(Long.parseLong(words[2]));
            int number = Integer.parseInt(words[3]);
            int steps = Integer.parseInt(words[4]);
            switch (words[1]) {
                case "end" -> {
                    run(words[0], number, random, steps);
                    System.out.println("done");
                }
                case "kill" -> runForEver(words[0], number, random, steps);
                case "halt" -> {
                    runOnItsParts(words[0], number, random, steps, Long.parseLong(words[5]));
                    System.out.println("done");
                }
                default -> {
                    long origin = runWith(ProgramMistake.valueOf(words[1]), words[0], number, random, steps);
                    System.out.println("done " + RandomWork.processOf(origin) + " " + RandomWork.siteOf(origin));
                }
            }
        }
    }

    static Region attach(String reference, int number) {
        return Region.attach(AttachOptions.to(reference)
                .processName(nameOf(number))
                .siteCapture(SiteCapture.off())
                .leaveAtExit(false));
    }

    static String nameOf(int number) {
        return "program-" + number;
    }

    private static void run(String reference, int number, SplittableRandom random, int steps) {
        try (Region region = attach(reference, number)) {
            RandomWork work = new RandomWork(Workplace.of(region), number, random);
            work(work, steps);
            work.end();
        }
    }

    /** The stamp of the block that the mistake is about. */
    private static long runWith(
            ProgramMistake mistake, String reference, int number, SplittableRandom random, int steps) {
        int before = random.nextInt(steps);
        try (Region region = attach(reference, number)) {
            RandomWork work = new RandomWork(Workplace.of(region), number, random);
            work(work, before);
            long origin = commit(mistake, work);
            work(work, steps - before);
            work.end();
            return origin;
        }
    }

    private static void runForEver(String reference, int number, SplittableRandom random, int steps) {
        Region region = attach(reference, number);
        RandomWork work = new RandomWork(Workplace.of(region), number, random);
        work(work, steps);
        System.out.println("killable");
        while (true) {
            work.step();
        }
    }

    private static void runOnItsParts(String reference, int number, SplittableRandom random, int steps, long write) {
        try (Segment segment = Segment.attach(reference, Access.READ_WRITE);
                BareRegion region =
                        new BareRegion(segment, new HaltingMemory(segment.memory(), write), nameOf(number))) {
            RandomWork work = new RandomWork(region, number, random);
            work(work, steps);
            work.end();
        }
    }

    private static void work(RandomWork work, int steps) {
        for (int i = 0; i < steps; i++) {
            work.step();
        }
    }

    /** As soon as it can be made; the stamp of the block that it is about. */
    static long commit(ProgramMistake mistake, RandomWork work) {
        for (int i = 0; i < MOST_STEPS_TO_A_MISTAKE; i++) {
            Block block = work.giveOneOfItsOwn();
            if (block != null) {
                long origin = RandomWork.checkWhole(block);
                if (mistake.commit(work, block, origin)) {
                    return origin;
                }
                work.keep(block, origin);
            }
            work.step();
        }
        throw new IllegalStateException("no chance for a mistake");
    }

    private CorrectProgram() {}
}
