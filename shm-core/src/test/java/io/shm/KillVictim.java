package io.shm;

import io.shm.cell.Hold;
import io.shm.cell.Slot;
import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import io.shm.ledger.SiteCapture;
import io.shm.ledger.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

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
            Work work = new Work(region, random);
            for (int i = random.nextInt(200); i > 0; i--) {
                work.step();
            }
        }
    }

    private static void churn(Region region, SplittableRandom random) {
        Work work = new Work(region, random);
        while (true) {
            work.step();
        }
    }

    /** What one thread does, and what it has: each block is stamped, and must be as it was left when it is given away. */
    static final class Work {
        static final String[] CELLS = {"a", "b"};
        static final String SHARED = "shared";
        static final String ARRAY = "array";
        static final int LENGTH = 8;

        private final Region region;
        private final SplittableRandom random;
        private final List<Block> live = new ArrayList<>();
        private final List<Long> stamps = new ArrayList<>();
        private final List<Hold> holds = new ArrayList<>();
        private final List<Long> offers = new ArrayList<>();

        Work(Region region, SplittableRandom random) {
            this.region = region;
            this.random = random;
        }

        void step() {
            int kind = random.nextInt(100);
            if (kind < 15) {
                cellStep();
            } else if (kind == 15 && random.nextInt(20) == 0) {
                region.reapDead();
            } else if (live.size() < MOST_LIVE && (live.isEmpty() || random.nextBoolean())) {
                own(region.tryAllocate(spec(random)));
            } else if (random.nextInt(20) == 0) {
                resize();
            } else {
                give().free(WORK);
            }
        }

        private void cellStep() {
            Slot cell = region.root(CELLS[random.nextInt(CELLS.length)]);
            switch (random.nextInt(10)) {
                case 0 -> keepUnless(b -> cell.publish(b));
                case 1 -> receive(cell.take());
                case 2 ->
                    keepUnless(b -> {
                        receive(cell.exchange(b));
                        return true;
                    });
                case 3 -> keepUnless(b -> region.array(ARRAY, LENGTH).append(b) >= 0);
                case 4 -> receive(region.array(ARRAY, LENGTH).take(random.nextInt(LENGTH)));
                case 5 -> share();
                case 6 -> acquire();
                case 7 -> region.root(SHARED).retire();
                case 8 -> offerToOneself();
                default -> letGo();
            }
        }

        private void keepUnless(Predicate<Block> givenAway) {
            if (!live.isEmpty()) {
                Block block = give();
                if (!givenAway.test(block)) {
                    own(block);
                }
            }
        }

        private void share() {
            keepUnless(block -> {
                Hold hold = region.root(SHARED).share(block);
                if (hold != null) {
                    holds.add(hold);
                }
                return hold != null;
            });
        }

        private void acquire() {
            Hold hold = holds.size() < 4 ? region.root(SHARED).acquire() : null;
            if (hold != null) {
                checkWhole(hold.block());
                holds.add(hold);
            }
        }

        private void letGo() {
            if (!holds.isEmpty()) {
                Hold hold = holds.remove(random.nextInt(holds.size()));
                checkWhole(hold.block());
                hold.close();
            }
        }

        /** To this participant itself: the target is alive as long as who offers is. */
        private void offerToOneself() {
            if (!offers.isEmpty()) {
                long handle = offers.remove(offers.size() - 1);
                receive(random.nextBoolean() ? region.accept(handle) : region.withdraw(handle));
            } else {
                keepUnless(block -> {
                    offers.add(region.offer(block, region.participation()));
                    return true;
                });
            }
        }

        private void receive(Block block) {
            if (block != null) {
                checkWhole(block);
                own(block);
            }
        }

        private void own(Block block) {
            if (block != null) {
                long stamp = random.nextLong();
                block.putLong(0, stamp);
                block.putLong(last(block), stamp);
                live.add(block);
                stamps.add(stamp);
            }
        }

        /** One of its blocks, taken out of the list and found as it was left. */
        private Block give() {
            int at = random.nextInt(live.size());
            Block block = live.get(at);
            long stamp = stamps.get(at);
            int end = live.size() - 1;
            live.set(at, live.get(end));
            stamps.set(at, stamps.get(end));
            live.remove(end);
            stamps.remove(end);
            if (checkWhole(block) != stamp) {
                throw new IllegalStateException("another has written to " + block);
            }
            return block;
        }

        private void resize() {
            Block block = give();
            try {
                own(block.resize(16 + random.nextInt(3000)));
            } catch (ShmException full) {
                own(block);
            }
        }

        /** Gives back all that it has. */
        void end() {
            while (!offers.isEmpty()) {
                receive(region.withdraw(offers.remove(offers.size() - 1)));
            }
            while (!holds.isEmpty()) {
                letGo();
            }
            while (!live.isEmpty()) {
                give().free(WORK);
            }
        }

        /** Empties what all share; nobody else is there. */
        void emptyCells() {
            for (String name : CELLS) {
                receive(region.root(name).take());
            }
            for (int i = 0; i < LENGTH; i++) {
                receive(region.array(ARRAY, LENGTH).take(i));
            }
            region.root(SHARED).retire();
            end();
        }
    }

    private static BlockSpec spec(SplittableRandom random) {
        int kind = random.nextInt(1000);
        long size = kind < 4 ? random.nextInt(300_000) : kind < 40 ? random.nextInt(40_000) : random.nextInt(1500);
        BlockSpec spec = BlockSpec.of(16 + size)
                .tag(kind % 3 == 0 ? Tag.of("packet") : kind % 3 == 1 ? Tag.of("limited") : Tag.GENERAL)
                .site(WORK);
        return kind % 10 == 0 ? spec.secret() : spec;
    }

    private static long last(Block block) {
        return (block.size() - 8) & -8L;
    }

    /** The stamp at both ends of a block. */
    private static long checkWhole(Block block) {
        long stamp = block.getLong(0);
        if (block.getLong(last(block)) != stamp) {
            throw new IllegalStateException("not as it was left: " + block);
        }
        return stamp;
    }

    private KillVictim() {}
}
