package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.channel.Channel;
import io.shm.channel.Pinning;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.memory.Posix;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a process that sleeps takes from the moment at which another begins to send until it has the message: in {@code
 * receive} of a channel, and on a bare futex, in turns. {@code scripts/bench wake [SAMPLES]}.
 *
 * <p>Each has a processor of its own. On one and the same, the scheduler lets a sleeper that has hardly run before it slept, as on
 * the bare futex, drive out the waker at once, and another wait until the waker sleeps.
 */
public final class WakeBench {
    private static final Site SITE = Site.here();
    private static final int WARM_UP = 500;
    /** Long enough to have spun, yielded and gone to sleep. */
    private static final long ASLEEP_NS = 400_000;

    private static final int WORD = 0;
    private static final int SENT = 128;
    private static final int READY = 256;
    private static final int TIMES = 384;

    private WakeBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        int samples = WARM_UP + 2 * (args.length > 0 ? Integer.parseInt(args[0]) : 2000);
        if (!Posix.isAvailable()) {
            throw new IllegalStateException("no futex without JNA");
        }
        String name = "shm-bench-wake-" + ProcessHandle.current().pid();
        try (Region region = Region.create(RegionOptions.named(name).size(16 << 20))) {
            Channel channel = region.channel("wake", 16);
            Block shared = region.allocate(TIMES + 8L * samples, SITE);
            shared.fill((byte) 0);
            shared.putLong(READY, -1);
            warmUp(region, "warm-sender");
            Process sleeper =
                    ChildJvm.start(Sleeper.class, name, Long.toString(shared.handle()), Integer.toString(samples));
            // Not before: the sleeper would be kept to this processor, too.
            Pinning.toCpu(0);
            try {
                for (int i = 0; i < samples; i++) {
                    while (shared.getLongAcquire(READY) != i) {
                        if (!sleeper.isAlive()) {
                            throw new IllegalStateException("the sleeper has ended");
                        }
                        LockSupport.parkNanos(20_000);
                    }
                    LockSupport.parkNanos(ASLEEP_NS);
                    if (isOfChannel(i)) {
                        channel.offer(8, m -> m.putLong(0, System.nanoTime()));
                    } else {
                        shared.putLongRelease(SENT, System.nanoTime());
                        shared.putLongRelease(WORD, i + 1L);
                        Posix.futexWake(shared.address() + WORD);
                    }
                }
                if (sleeper.waitFor() != 0) {
                    throw new IllegalStateException("the sleeper has failed");
                }
            } finally {
                sleeper.destroyForcibly();
                sleeper.onExit().join();
            }
            double futex = print("bare futex", shared, samples, false);
            double receive = print("receive of a channel", shared, samples, true);
            System.out.printf("%.2f times the bare futex%n", receive / futex);
        } finally {
            Region.remove(name, true);
        }
    }

    /** Some thousand messages are too few for the compiler; a program that sends as rarely pays for that as well. */
    private static void warmUp(Region region, String name) throws InterruptedException {
        Channel own = region.channel(name, 16);
        for (int i = 0; i < 100_000; i++) {
            own.offer(8, m -> m.putLong(0, System.nanoTime()));
            own.receive(m -> m.getLong(0), 1, TimeUnit.SECONDS);
        }
    }

    private static boolean isOfChannel(int sample) {
        return (sample & 1) != 0;
    }

    private static double print(String what, Block shared, int samples, boolean ofChannel) {
        long[] ns = new long[(samples - WARM_UP) / 2];
        int n = 0;
        for (int i = WARM_UP; i < samples; i++) {
            if (isOfChannel(i) == ofChannel) {
                ns[n++] = shared.getLong(TIMES + 8L * i);
            }
        }
        Arrays.sort(ns);
        System.out.printf(
                "%-22s ns from the send until it is received: median %,d  middle half %,d-%,d  least %,d  of %,d%n",
                what, ns[n / 2], ns[n / 4], ns[n * 3 / 4], ns[0], n);
        return ns[n / 2];
    }

    /** Sleeps for each message, and notes how old it was. */
    public static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] args) throws InterruptedException {
            System.setProperty("slf4j.internal.verbosity", "ERROR");
            Pinning.toCpu(1);
            try (Region region = Region.attach(args[0], "sleeper")) {
                Channel channel = region.channel("wake", 16);
                Block shared = region.resolve(Long.parseLong(args[1]));
                warmUp(region, "warm-sleeper");
                int samples = Integer.parseInt(args[2]);
                long[] sent = new long[1];
                for (int i = 0; i < samples; i++) {
                    shared.putLongRelease(READY, i);
                    if (isOfChannel(i)) {
                        while (!channel.receive(m -> sent[0] = m.getLong(0), 1, TimeUnit.SECONDS)) {
                            Thread.onSpinWait();
                        }
                    } else {
                        while (shared.getLongAcquire(WORD) != i + 1L) {
                            Posix.futexWait(shared.address() + WORD, (int) shared.getLongAcquire(WORD), 1_000_000_000L);
                        }
                        sent[0] = shared.getLongAcquire(SENT);
                    }
                    shared.putLong(TIMES + 8L * i, System.nanoTime() - sent[0]);
                }
            }
        }
    }
}
