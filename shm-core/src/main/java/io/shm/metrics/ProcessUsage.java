package io.shm.metrics;

/** What a process of a region holds. */
public interface ProcessUsage {
    int getPid();

    String getName();

    /** {@code alive}, {@code dead}, {@code left}, {@code lock-lost} or {@code unknown}. */
    String getState();

    long getBlocks();

    long getBytes();
}
