package io.shm.cli.bench;

import java.util.SplittableRandom;

/** Sizes and places at random, drawn beforehand. As in a service, half of the sizes are up to 128 bytes. */
final class Mix {
    private static final long SEED = 42;

    final int[] sizes = new int[1 << 12];
    final int[] victims = new int[1 << 16];

    Mix() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = random.nextBoolean() ? 16 + random.nextInt(113) : 129 + random.nextInt(3968);
        }
        for (int i = 0; i < victims.length; i++) {
            victims[i] = random.nextInt(Workload.LIVE);
        }
    }

    int size(int turn) {
        return sizes[turn & (sizes.length - 1)];
    }

    int victim(int turn) {
        return victims[turn & (victims.length - 1)];
    }
}
