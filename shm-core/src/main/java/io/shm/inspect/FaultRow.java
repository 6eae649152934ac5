package io.shm.inspect;

import java.time.Instant;

/**
 * A distinct fault of the fault log, or a finding that is nobody's mistake, with the evidence of its first time.
 *
 * @param kind as users write it: {@code double-free}
 * @param isFault false for what is only told: {@code reclaimed}
 * @param count how often
 * @param first when first, last, when last; null if unknown
 * @param offset of the block's payload, or of the place in question; 0 if there is none
 * @param size requested bytes of the block
 * @param handle as it was used, or the block's; 0 if there is none
 * @param allocated who allocated the block; null if unknown, as are the other traces
 * @param other the other party: who freed it before, or wrote over it
 * @param by who did the wrong; with a finding, the process that it is about
 * @param secondOffset payload of another block that has to do with it: a neighbour, or what lies there now; 0 for none
 * @param cell the cell in question, 0 for none
 * @param blocks how many blocks it was about, bytes, how many bytes, all times together
 * @param expected what should have been there, observed, what was
 * @param foundAt where the bytes found lie
 * @param found the bytes; empty if none were kept
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to be shown, and not compared
public record FaultRow(
        String kind,
        boolean isFault,
        long count,
        Instant first,
        Instant last,
        long offset,
        long size,
        String tag,
        long handle,
        long generation,
        TraceInfo allocated,
        TraceInfo other,
        TraceInfo by,
        long secondOffset,
        long secondSize,
        TraceInfo secondAllocated,
        long cell,
        long blocks,
        long bytes,
        long expected,
        long observed,
        long foundAt,
        byte[] found) {
    /** The line of the code that matters most: who did it, or, where that cannot be known, who allocated. */
    public SiteInfo site() {
        if (by != null && !by.site().className().isEmpty()) {
            return by.site();
        }
        return allocated == null ? SiteInfo.UNKNOWN : allocated.site();
    }
}
