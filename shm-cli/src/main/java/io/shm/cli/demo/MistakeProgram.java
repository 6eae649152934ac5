package io.shm.cli.demo;

import io.shm.Region;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.memory.SharedMemory;

/** The program with the mistake. */
public final class MistakeProgram {
    private static final int WRITTEN = 41;

    private MistakeProgram() {}

    /** @param args what to attach, and which mistake */
    public static void main(String[] args) {
        try (Region region = Region.attach(args[0], "demo-" + args[1])) {
            switch (args[1]) {
                case "leak" -> fourBlocks(region);
                case "double-free" -> freeAgain(fourBlocks(region));
                case "overrun" -> overrun(region);
                default -> throw new IllegalArgumentException("no mistake " + args[1]);
            }
        }
    }

    /** Frees all but the third; the last as well, which it returns. */
    private static Block fourBlocks(Region region) {
        Block first = region.allocate(10);
        Block second = region.allocate(20);
        Block third = region.allocate(30);
        Block fourth = region.allocate(40);
        third.fill((byte) 3);
        first.free(Site.here());
        second.free(Site.here());
        fourth.free(Site.here());
        return fourth;
    }

    private static void freeAgain(Block block) {
        try {
            block.free(Site.here());
        } catch (StaleHandleException refused) {
            // And written to the fault log, where the parent reads it.
        }
    }

    /** As a program in another language would: by the address, which nothing checks. */
    private static void overrun(Region region) {
        Block block = region.allocate(40);
        SharedMemory bytes = SharedMemory.at(block.address(), WRITTEN, true, block);
        bytes.fill(0, WRITTEN, (byte) 'x');
        block.free(Site.here());
    }
}
