package io.shm.ledger;

import io.shm.layout.ScopeLayout;
import io.shm.layout.ScopeWord;
import io.shm.memory.SharedMemory;

/**
 * The state machine of an entry of the scope table. Nothing else writes its word.
 *
 * <pre>
 *            claim           open               close
 *   FREE(u) ------> CLAIM(P) ----> OPEN(P,u+1) ------> CLOSED(P)
 *      ^               |   \ hold     |                   |
 *      |               |    `-----> HOLDER(P,u+1)         |
 *      |  release      v              v                   v
 *      `--------------------------------------------------'
 * </pre>
 *
 * Threads and processes: each arrow is one CAS from the exact word seen; false means that nothing was done.
 */
public final class ScopeStates {
    /** Whether nobody has the entry. */
    public static boolean isFree(long word) {
        return word == 0 || is(word, ScopeState.FREE);
    }

    static boolean is(long word, ScopeState state) {
        return ScopeWord.state(word) == state.code() && ScopeWord.isValid(word);
    }

    /** FREE → CLAIM, by anyone. Dies after: an entry of one that is gone; who finds no free one releases it. */
    static boolean claim(SharedMemory memory, long entryAt, long free, int process) {
        return memory.compareAndSetLong(entryAt + ScopeLayout.WORD_OFFSET, free, claimed(free, process));
    }

    /** What {@link #claim} makes of a free word. */
    static long claimed(long free, int process) {
        // Use 0 together with entry 0 would be no scope; entry 0 is not used, so any use will do.
        return ScopeWord.pack(ScopeState.CLAIM.code(), ScopeWord.use(free) + 1, process);
    }

    /** CLAIM → OPEN or HOLDER, by who claimed it; publishes the name. Dies after: as {@link #claim}, with its blocks. */
    static boolean open(SharedMemory memory, long entryAt, long claim, ScopeState state) {
        return memory.compareAndSetLong(entryAt + ScopeLayout.WORD_OFFSET, claim, as(claim, state));
    }

    /**
     * OPEN → CLOSED, by who opened it, once nothing is allocated under it any more. Dies after: what was left stays
     * reported under this name.
     */
    static boolean close(SharedMemory memory, long entryAt, long open) {
        return memory.compareAndSetLong(entryAt + ScopeLayout.WORD_OFFSET, open, as(open, ScopeState.CLOSED));
    }

    /**
     * To FREE: by who opened it and knows that no block has it; or, from CLOSED or if its process is gone, by anyone who
     * has seen that. Dies after: nothing is left to do.
     */
    static boolean release(SharedMemory memory, long entryAt, long word) {
        return memory.compareAndSetLong(entryAt + ScopeLayout.WORD_OFFSET, word, as(word, ScopeState.FREE));
    }

    /**
     * From a word that is none to FREE, by a repairer; the use goes on, so blocks of the one before have no name any more.
     * Dies after: nothing is left to do.
     */
    static boolean restore(SharedMemory memory, long entryAt, long damaged) {
        return memory.compareAndSetLong(
                entryAt + ScopeLayout.WORD_OFFSET,
                damaged,
                ScopeWord.pack(ScopeState.FREE.code(), ScopeWord.use(damaged) + 1, 0));
    }

    static long as(long word, ScopeState state) {
        return ScopeWord.pack(state.code(), ScopeWord.use(word), ScopeWord.process(word));
    }

    private ScopeStates() {}
}
