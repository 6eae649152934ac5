package io.shm;

import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.SiteCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A process that allocates, frees, gives away and takes in some threads until it is killed, and is traced meanwhile. */
final class TraceVictim {
    static final int THREADS = 2;
    private static final int BURST = 50;
    static final String MAIL = "mail";
    private static final Site WORK = Site.here();

    /** Args: region, seed, how much all threads may do, so that nothing of the trace is written over. */
    public static void main(String[] args) {
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        AtomicLong left = new AtomicLong(Long.parseLong(args[2]));
        Region region = Region.attach(AttachOptions.to(args[0])
                .processName("victim")
                .siteCapture(SiteCapture.off())
                .leaveAtExit(false));
        System.out.println("working");
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = random.split();
            new Thread(() -> {
                        work(region, own, left);
                        // Done before it was killed: it says so, and stays until it is.
                        System.out.println("done");
                        while (true) {
                            LockSupport.park();
                        }
                    })
                    .start();
        }
    }

    /** Each step is at most three events. */
    static void work(Region region, SplittableRandom random, AtomicLong left) {
        List<Block> held = new ArrayList<>();
        for (long step = left.getAndDecrement(); step > 0; step = left.getAndDecrement()) {
            if (step % BURST == 0) {
                // Else all is done before whoever is to kill it has a turn.
                LockSupport.parkNanos(1_000_000);
            }
            int kind = random.nextInt(10);
            if (held.size() < 100 && (held.isEmpty() || kind < 5)) {
                held.add(region.allocate(1 + random.nextInt(1500), WORK));
            } else if (kind < 7) {
                Block taken = region.root(MAIL).take();
                if (taken != null) {
                    taken.free(WORK);
                }
            } else if (kind == 7) {
                Block block = held.get(held.size() - 1);
                if (region.root(MAIL).publish(block)) {
                    held.remove(held.size() - 1);
                }
            } else {
                held.remove(random.nextInt(held.size())).free(WORK);
            }
        }
    }

    private TraceVictim() {}
}
