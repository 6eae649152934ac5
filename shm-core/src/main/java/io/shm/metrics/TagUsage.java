package io.shm.metrics;

/** What the blocks of a tag hold. The running totals are as of a moment ago. */
public interface TagUsage {
    /** Empty for the general one. */
    String getTag();

    long getBlocks();

    long getBytes();

    /** Most bytes that it may have; 0 for no bound. */
    long getBudget();

    long getRefusals();

    long getAllocations();

    long getFrees();
}
