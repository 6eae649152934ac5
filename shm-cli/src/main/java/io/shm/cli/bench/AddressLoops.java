package io.shm.cli.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/** The workloads on an allocator of bare addresses. */
final class AddressLoops implements Loops {
    private static final long END = -1;

    /** Something like malloc. */
    interface Allocator {
        long allocate(long size);

        void free(long address);
    }

    private final Allocator allocator;
    private final Mix mix = new Mix();
    private final long[] live = new long[Workload.LIVE];
    private int turn;

    private final AtomicLongArray ring = new AtomicLongArray(RING);

    AddressLoops(Allocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public long pair(int size, long deadline) {
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                allocator.free(allocator.allocate(size));
            }
            operations += BATCH;
        } while (System.nanoTime() < deadline);
        return operations;
    }

    @Override
    public long replace(long deadline) {
        if (live[0] == 0) {
            for (int i = 0; i < live.length; i++) {
                live[i] = allocator.allocate(mix.size(i));
            }
        }
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                int victim = mix.victim(turn);
                allocator.free(live[victim]);
                live[victim] = allocator.allocate(mix.size(turn++));
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
                put((int) operations + i, allocator.allocate(size));
            }
            operations += BATCH;
        } while (System.nanoTime() < deadline);
        put((int) operations, END);
        return operations;
    }

    /** Pairs with the acquire in {@link #consume}. */
    private void put(int index, long address) {
        for (int spin = 1; ring.getAcquire(index & (RING - 1)) != 0; spin++) {
            Loops.pause(spin);
        }
        ring.setRelease(index & (RING - 1), address);
    }

    @Override
    public void consume() {
        for (int index = 0; ; index++) {
            long address;
            for (int spin = 1; (address = ring.getAcquire(index & (RING - 1))) == 0; spin++) {
                Loops.pause(spin);
            }
            ring.setRelease(index & (RING - 1), 0);
            if (address == END) {
                return;
            }
            allocator.free(address);
        }
    }
}
