package io.shm.segment;

/** Fills a new segment before anyone else can see it. */
@FunctionalInterface
public interface Initializer {
    /** Leaves every byte zero. */
    Initializer NOTHING = unfinished -> {};

    /**
     * Runs once, on zeroed memory with all its space taken. What it throws goes to the creator, and nothing is left; a
     * process that dies in here leaves files that nobody can attach, which the next creation in that folder removes.
     */
    void initialize(Segment unfinished);
}
