package io.shm.heap;

/** What takes space behind a region's end for a heap that has found no room. */
@FunctionalInterface
public interface MoreSpace {
    /** Of a region whose memory stays as it is. */
    MoreSpace NONE = (from, to) -> "it cannot grow in this process";

    /**
     * Takes the space of the region's bytes from one offset to another, for good.
     *
     * @return null if it is taken, by this call or before; else why not, in words
     */
    String take(long from, long to);
}
