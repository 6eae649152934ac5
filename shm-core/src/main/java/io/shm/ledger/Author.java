package io.shm.ledger;

/** In whose name a block changes hands: a participant, or whoever settles what a dead one left half-done. */
public interface Author {
    /** Participant slot + 1, as state words have it. */
    int owner();

    /** Id of the process history, for notes. */
    int process();

    /** Milliseconds since the region was created, for notes. */
    long nowMs();

    /** A generation that no ownership of any block has had. */
    long freshGeneration();

    /**
     * Frees a shared block that nobody holds any more; of several that try one does.
     *
     * @param shared the word of its record
     */
    void freeUnheld(long recordAt, long shared);
}
