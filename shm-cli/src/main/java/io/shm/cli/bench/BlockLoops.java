package io.shm.cli.bench;

import io.shm.Region;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The workloads on a region. The site of every block is recorded, from a constant. */
final class BlockLoops implements Loops {
    private static final Site SITE = Site.here();

    private final Region region;
    private final Mix mix = new Mix();
    private final Block[] live = new Block[Workload.LIVE];
    private int turn;

    private final AtomicReferenceArray<Object> ring = new AtomicReferenceArray<>(RING);

    BlockLoops(Region region) {
        this.region = region;
    }

    private Block allocate(int size) {
        return region.allocate(size, Tag.GENERAL, SITE);
    }

    @Override
    public long pair(int size, long deadline) {
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                allocate(size).free();
            }
            operations += BATCH;
        } while (System.nanoTime() < deadline);
        return operations;
    }

    @Override
    public long replace(long deadline) {
        if (live[0] == null) {
            for (int i = 0; i < live.length; i++) {
                live[i] = allocate(mix.size(i));
            }
        }
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                int victim = mix.victim(turn);
                live[victim].free();
                live[victim] = allocate(mix.size(turn++));
            }
            operations += BATCH;
        } while (System.nanoTime() < deadline);
        return operations;
    }

    @Override
    public long produce(int size, long deadline) {
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                put((int) operations + i, allocate(size));
            }
            operations += BATCH;
        } while (System.nanoTime() < deadline);
        put((int) operations, this);
        return operations;
    }

    /** Pairs with the acquire in {@link #consume}. */
    private void put(int index, Object block) {
        for (int spin = 1; ring.getAcquire(index & (RING - 1)) != null; spin++) {
            Loops.pause(spin);
        }
        ring.setRelease(index & (RING - 1), block);
    }

    @Override
    public void consume() {
        for (int index = 0; ; index++) {
            Object block;
            for (int spin = 1; (block = ring.getAcquire(index & (RING - 1))) == null; spin++) {
                Loops.pause(spin);
            }
            ring.setRelease(index & (RING - 1), null);
            if (block == this) {
                return;
            }
            ((Block) block).free();
        }
    }
}
