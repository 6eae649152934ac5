package io.shm.cli.bench;

/** The workloads for one allocator. Each runs until a deadline of {@code System.nanoTime} and returns its operations. */
interface Loops {
    int BATCH = 512;
    int RING = 1024;
    int SPINS = 64;

    long pair(int size, long deadline);

    /** Keeps its blocks from one slice to the next. */
    long replace(long deadline);

    /** One side of a hand-off: makes blocks until the deadline, then says that no more will come. */
    long produce(int size, long deadline);

    /** The other side: frees blocks until none will come. */
    void consume();

    /** Waits for the other side; now and then it gives the processor away, or on a busy machine both would starve. */
    static void pause(int spin) {
        if (spin % SPINS == 0) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }
}
