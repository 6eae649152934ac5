package io.shm;

import io.shm.ledger.SiteCapture;
import java.util.SplittableRandom;

/**
 * A process that does all there is to do in a region, in several threads, until it is killed. Who finds that another has
 * written to what is its own says so and ends with a code of its own.
 */
final class KillVictim {
    static final int FAILED = 3;

    public static void main(String[] args) {
        String reference = args[0];
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        Region region = attach(reference, "victim");
        for (int i = 0; i < 2; i++) {
            SplittableRandom own = random.split();
            start(() -> churn(region, own));
        }
        SplittableRandom joiners = random.split();
        start(() -> {
            while (true) {
                joinAndLeave(reference, joiners);
            }
        });
        System.out.println("working");
    }

    static Region attach(String reference, String name) {
        return Region.attach(AttachOptions.to(reference)
                .processName(name)
                .siteCapture(SiteCapture.off())
                .leaveAtExit(false));
    }

    private static void start(Runnable task) {
        new Thread(() -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        e.printStackTrace();
                        Runtime.getRuntime().halt(FAILED);
                    }
                })
                .start();
    }

    /** A second participant of this process comes and goes. */
    private static void joinAndLeave(String reference, SplittableRandom random) {
        try (Region region = attach(reference, "guest")) {
            RandomWork work = new RandomWork(Workplace.of(region), 0, random);
            for (int i = random.nextInt(200); i > 0; i--) {
                work.step();
            }
        }
    }

    private static void churn(Region region, SplittableRandom random) {
        RandomWork work = new RandomWork(Workplace.of(region), 0, random);
        while (true) {
            work.step();
        }
    }

    private KillVictim() {}
}
