package io.shm;

import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import io.shm.ledger.SiteCapture;
import io.shm.ledger.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A process that does all there is to do in a region, in several threads, until it is killed. Who finds that another has
 * written to what is its own says so and ends with a code of its own.
 */
final class KillVictim {
    static final int FAILED = 3;
    private static final Site WORK = Site.here();
    private static final int MOST_LIVE = 60;

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
            List<Block> live = new ArrayList<>();
            for (int i = random.nextInt(200); i > 0; i--) {
                step(region, live, random);
            }
        }
    }

    private static void churn(Region region, SplittableRandom random) {
        List<Block> live = new ArrayList<>();
        while (true) {
            step(region, live, random);
        }
    }

    /** One operation; whatever it frees must be as it was left. */
    static void step(Region region, List<Block> live, SplittableRandom random) {
        if (random.nextInt(2000) == 0) {
            region.reapDead();
        } else if (live.size() < MOST_LIVE && (live.isEmpty() || random.nextBoolean())) {
            Block block = region.tryAllocate(spec(random));
            if (block != null) {
                block.putByte(block.size() - 1, stamp(block));
                live.add(block);
            }
        } else {
            int at = random.nextInt(live.size());
            Block block = live.get(at);
            live.set(at, live.get(live.size() - 1));
            live.remove(live.size() - 1);
            check(block);
            if (random.nextInt(20) == 0) {
                resize(block, live, random);
            } else {
                block.free(WORK);
            }
        }
    }

    private static void resize(Block block, List<Block> live, SplittableRandom random) {
        Block resized = block;
        try {
            resized = block.resize(1 + random.nextInt(3000));
        } catch (ShmException full) {
            live.add(block);
            return;
        }
        resized.putByte(resized.size() - 1, stamp(resized));
        live.add(resized);
    }

    private static BlockSpec spec(SplittableRandom random) {
        int kind = random.nextInt(1000);
        long size = kind < 4 ? random.nextInt(300_000) : kind < 40 ? random.nextInt(40_000) : random.nextInt(1500);
        BlockSpec spec = BlockSpec.of(1 + size)
                .tag(kind % 3 == 0 ? Tag.of("packet") : kind % 3 == 1 ? Tag.of("limited") : Tag.GENERAL)
                .site(WORK);
        return kind % 10 == 0 ? spec.secret() : spec;
    }

    static void check(Block block) {
        if (block.getByte(block.size() - 1) != stamp(block)) {
            throw new IllegalStateException("another has written to " + block);
        }
    }

    private static byte stamp(Block block) {
        return (byte) (block.handle() * 31 + block.size());
    }

    private KillVictim() {}
}
