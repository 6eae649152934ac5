package io.shm.memory;

/** Memory that grows, and how much of it may be touched by now. */
@FunctionalInterface
public interface Extent {
    /**
     * Bytes from the start that are backed; asks the system.
     *
     * @throws io.shm.error.CorruptRegionException if they are fewer than they were: then some that are in use are gone
     */
    long backedBytes();
}
