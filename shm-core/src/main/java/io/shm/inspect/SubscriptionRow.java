package io.shm.inspect;

/**
 * A subscription to a broadcast at one moment; or the broadcast alone, where nobody subscribes.
 *
 * @param broadcast name of the root; empty if it is in none
 * @param offset of the broadcast's block, bytes
 * @param capacity slots
 * @param detaches whether one that falls behind is detached, rather than misses messages
 * @param sent positions that were ever filled, those that were passed over included
 * @param process whose the subscription is; null where there is none
 * @param lag positions that it is behind
 * @param missed messages that it was too slow for
 * @param detached whether it fell behind, and gets nothing any more
 */
public record SubscriptionRow(
        String broadcast,
        long offset,
        int capacity,
        boolean detaches,
        long sent,
        ProcessInfo process,
        long lag,
        long missed,
        boolean detached) {}
