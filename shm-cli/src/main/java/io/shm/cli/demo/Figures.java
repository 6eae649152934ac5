package io.shm.cli.demo;

import io.shm.Region;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import java.util.List;

/**
 * What the processes of a demo count and tell each other: a shared block of words, one a figure, and one more for each
 * process that says how far it is.
 */
final class Figures {
    private static final String ROOT = "figures";
    private static final int PROCESSES = 2;
    private static final Site SITE = Site.here("figures");

    private final Block block;
    private final List<String> names;

    private Figures(Block block, List<String> names) {
        this.block = block;
        this.names = names;
    }

    /** In the parent: it stays as long as the region, and is meant to. */
    static Figures make(Region region, List<String> names) {
        Block block = region.allocate(
                BlockSpec.of(8L * (names.size() + PROCESSES)).site(SITE).pinned());
        block.fill((byte) 0);
        long handle = block.handle();
        if (!region.root(ROOT).publish(block)) {
            throw new IllegalStateException("the root of a new region is taken");
        }
        return new Figures(region.resolve(handle), names);
    }

    static Figures attach(Region region, List<String> names) {
        return new Figures(region.root(ROOT).get(), names);
    }

    long get(String name) {
        return block.getLongAcquire(at(name));
    }

    void add(String name, long more) {
        long at = at(name);
        long before;
        do {
            before = block.getLongAcquire(at);
        } while (!block.compareAndSetLong(at, before, before + more));
    }

    /** Says that this process is so far, and waits until the other is, too. */
    void meet(int process, long step) {
        block.putLongRelease(8L * (names.size() + process), step);
        long otherAt = 8L * (names.size() + 1 - process);
        for (int spin = 0; block.getLongAcquire(otherAt) < step; spin++) {
            if (spin > 1000) {
                Thread.yield();
            }
            Thread.onSpinWait();
        }
    }

    private long at(String name) {
        return 8L * names.indexOf(name);
    }
}
