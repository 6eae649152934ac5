package io.shm.ledger;

import io.shm.layout.RecordWords;

/**
 * Who did something to a block, where in the code and when.
 *
 * @param process id of the process history, 0 unknown
 * @param pid for when the history has forgotten that process; 0 unknown
 * @param site id of the site table, 0 unknown
 * @param action what it was: a code of {@link BlockStates}
 * @param atMs milliseconds since the region was created; 0 unknown
 */
public record Trace(int process, long pid, int site, int action, long atMs) {
    public static final Trace NONE = new Trace(0, 0, 0, 0, 0);

    public static Trace of(int process, long pid, int site, long atMs) {
        return new Trace(process, pid, site, BlockStates.ALLOCATED, atMs);
    }

    /** Whether it says anything at all. */
    public boolean isKnown() {
        return (process | pid | site | atMs) != 0;
    }

    long who() {
        return RecordWords.changed(process & RecordWords.PROCESS_MASK, site & 0xffffff, action & 0xffff);
    }

    static Trace of(long who, long when, long pid) {
        return new Trace(
                RecordWords.processOf(who),
                pid,
                RecordWords.changedSiteOf(who),
                RecordWords.actionOf(who),
                when & RecordWords.TIME_MASK);
    }
}
